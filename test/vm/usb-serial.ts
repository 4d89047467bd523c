// Check: the daemon starts without its USB serial scanner and takes it when it comes, reads codes through the kernel's driver, says
// what it decided, and goes on after unplug and replug, in the middle of a code too.

import { cardOf } from '../fakes/people.ts';
import type { Check } from './check.ts';
import { startKiosk } from './kiosk.ts';
import { serialGadget } from './usb-gadget.ts';

const FEEDBACK = /^granted recorded in cccd \*{6}\d{6}$/u;

export const readsUsbSerial: Check = {
  name: 'usb-serial',
  modules: ['dummy_hcd', 'usb_f_acm', 'cdc_acm'],
  async run() {
    const gadget = await serialGadget();
    await gadget.unplug();
    const kiosk = await startKiosk({ scanners: [{ id: 'main', kind: 'serial', path: gadget.device }] });
    const seen: string[] = [];
    const read = async (index: number): Promise<void> => {
      const startedMs = performance.now();
      await gadget.send(`${cardOf(index)}\r`);
      const line = await kiosk.feedback(index);
      if (!FEEDBACK.test(line) || !line.endsWith(String(index))) throw new Error(`code ${index} gave ${JSON.stringify(line)}`);
      seen.push(`code ${index} through ${gadget.device}: ${line} (${Math.round(performance.now() - startedMs)} ms)`);
    };
    await kiosk.logged(`${gadget.device} is not there`);
    await gadget.plug();
    await kiosk.opened(gadget.device);
    await read(1);
    await gadget.send(cardOf(9).slice(0, 20));
    await gadget.unplug();
    await kiosk.logged('stopped answering');
    await gadget.plug();
    await kiosk.opened(gadget.device);
    await read(2);
    const types = await kiosk.finish();
    const scans = types.filter((type) => type === 'gate.scan.v1').length;
    if (scans !== 2) throw new Error(`the journal holds ${scans} scans (${types.join(' ')}), wanted 2`);
    seen.push(`came after the daemon; unplugged in the middle of a code and plugged in again; journal: ${types.join(' ')}`);
    return seen;
  },
};
