// Check: outputs that can't be had - a line that another program holds, a chip that goes away and comes back under another number -
// are told with the cure, the gate goes on without them, and they work again by themselves.

import { holdLines } from '../../src/system/gpio.ts';
import { eventually } from '../fakes/eventually.ts';
import { cardOf } from '../fakes/people.ts';
import type { Check } from './check.ts';
import { type ChipPlan, makeChip, type SimulatedChip } from './gpio-sim.ts';
import { type GuestKiosk, startKiosk, WAIT_MS } from './kiosk.ts';

const GREEN = 1;
const LINES = { green: { line: GREEN }, red: { line: 2 } };
const FIRST: ChipPlan = { label: 'bench-first', lines: 4, names: {} };
const HEADER: ChipPlan = { label: 'bench-header', lines: 4, names: { [GREEN]: 'GREEN' } };
const OTHER = 'other-program';
const SCAN = 'gate.scan.v1';
/** Each of the two faults is recorded, a scan in the middle of it, and its end; a chip may be lost in more words than one. */
const WANTED = /^(lost )+scan (lost )*regained (lost )+scan (lost )*regained$/u;

/** A scan while there are no outputs is decided and recorded all the same. */
async function goesOn(kiosk: GuestKiosk, index: number): Promise<void> {
  kiosk.daemon.process.stdin.write(`${cardOf(index)}\n`);
  const recorded = (): boolean => kiosk.events().filter(({ type }) => type === SCAN).length === index;
  await eventually(`card ${index} in the journal`, recorded, { deadlineMs: WAIT_MS });
}

/** The lamp shows that the daemon lives; it is seen going up and down. */
async function lights(chip: SimulatedChip): Promise<void> {
  for (const level of [1, 0] as const) {
    await eventually(`green ${level} on ${chip.name}`, () => chip.level(GREEN) === level, { deadlineMs: WAIT_MS });
  }
}

export const findsGpioAgain: Check = {
  name: 'gpio-faults',
  modules: ['gpio-sim'],
  async run() {
    const first = makeChip(FIRST);
    const before = makeChip(HEADER);
    const other = holdLines({ chip: HEADER.label, lines: [{ line: GREEN, activeLow: false }], consumer: OTHER });
    if (!other.ok) throw new Error(other.message);
    const kiosk = await startKiosk({
      scanners: [{ id: 'main', kind: 'stdin' }],
      indicator: { kind: 'gpiochip', chip: HEADER.label, ...LINES },
    });
    const taken = `line ${GREEN} (GREEN) of /dev/${before.name} is held by "${OTHER}"; stop that, or wire and configure another line`;
    await kiosk.logged(taken);
    await goesOn(kiosk, 1);
    other.lines.close();
    await kiosk.logged('indicator: works again');
    await lights(before);
    before.remove();
    await kiosk.logged(`${HEADER.label} no longer takes levels: it was unplugged or its driver was removed`);
    first.remove();
    await goesOn(kiosk, 2);
    const after = makeChip(HEADER);
    const decoy = makeChip({ ...FIRST, label: 'bench-decoy' });
    await kiosk.logged('indicator: works again', 2);
    await lights(after);
    if (after.name === before.name) throw new Error(`${HEADER.label} came back as ${after.name}; wanted another number`);
    if (decoy.level(GREEN) !== 0) throw new Error(`${decoy.name}, which has the old number, was driven`);
    const told = kiosk
      .events()
      .flatMap(({ type, data }) => (data.part === 'indicator' ? [data.state] : type === SCAN ? ['scan'] : []))
      .join(' ');
    await kiosk.finish();
    if (!WANTED.test(told)) throw new Error(`the journal tells ${told}; wanted two faults, a scan in each`);
    for (const chip of [after, decoy]) chip.remove();
    return [
      `told: ${taken}; works again once it is free`,
      `${HEADER.label} went as /dev/${before.name} and came back as /dev/${after.name} behind the daemon's back; found by its label; journal: ${told}`,
    ];
  },
};
