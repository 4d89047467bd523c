// Every file that is made from hardware/wiring.json and hardware/bill-of-materials.csv, by its path from the root.

import { billPage } from './bill.ts';
import { headerPicture } from './header-picture.ts';
import { kioskPicture } from './kiosk-picture.ts';
import { configTxt } from './snippets.ts';
import { stagePicture } from './stage-picture.ts';
import { wiringPage } from './wiring-page.ts';
import { wiringPlan } from './wiring-plan.ts';

export function wiringFiles(): ReadonlyMap<string, string> {
  const plan = wiringPlan();
  return new Map([
    ['hardware/wiring.md', wiringPage(plan)],
    ['hardware/bill-of-materials.md', billPage()],
    ['hardware/wiring.svg', kioskPicture(plan)],
    ['hardware/header.svg', headerPicture(plan)],
    ['hardware/stages.svg', stagePicture()],
    ...plan.models.map((model) => [`hardware/overlays/config-${model.id}.txt`, configTxt(plan, model)] as const),
  ]);
}
