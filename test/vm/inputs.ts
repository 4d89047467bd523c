// Check: buttons and contacts on real drivers - presses on a GPIO line and on keys of an input device are heard in time, bounces
// are not, what the kernel lost is made up for, and devices that go away come back.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type InputOptions, makeInput } from '../../src/inputs/kinds.ts';
import { startDaemon, temporaryFolder, writeConfiguration } from '../fakes/daemon.ts';
import { eventually } from '../fakes/eventually.ts';
import { faults, type Hearing, hearInput, machineClock } from '../fakes/hearing.ts';
import type { Check } from './check.ts';
import { type ChipPlan, chips, makeChip, type SimulatedChip } from './gpio-sim.ts';
import { WAIT_MS } from './kiosk.ts';
import { plugKeys, type UserKeys } from './user-keys.ts';

const [BUTTON, FAST, DOOR] = [5, 6, 13];
const [KEY_1, KEY_2, KEYS, SWITCH] = [2, 3, 'Bench Buttons', 5];
const PRESSES = 20;
const DEBOUNCE_MS = 30;
const CONSOLE = '/dev/tty1';
const EXPANDER: ChipPlan = { label: 'bench-expander', lines: 4, names: { 1: 'BUTTON' } };
const patience = { deadlineMs: WAIT_MS };

const line = (offset: number, debounceMs: number): InputOptions => ({
  id: `line-${offset}`,
  kind: 'gpiochip',
  chip: 'pinctrl-rp1',
  line: offset,
  activeLow: true,
  pull: 'up',
  debounceMs,
});

function wire(options: InputOptions) {
  const told = faults();
  return { heard: hearInput(makeInput(options, { clock: machineClock, report: told.report })), faults: told };
}

function check(right: boolean, what: string): void {
  if (!right) throw new Error(what);
}

/** Milliseconds from `press` to its change being heard, and from the kernel's stamp to that. */
async function latencies(heard: Hearing, press: (active: boolean) => void): Promise<string> {
  const [whole, own]: [number[], number[]] = [[], []];
  for (let count = 0; count < PRESSES; count += 1) {
    const wanted = heard.changes.length + 1;
    const active = heard.changes.at(-1)?.active !== true;
    const pressedMs = machineClock.read().monotonicMs;
    press(active);
    // The check shares one thread with the input: looked at between two turns of the event loop.
    while (heard.changes.length < wanted) await new Promise((resolve) => setImmediate(resolve));
    const heardMs = machineClock.read().monotonicMs;
    const change = heard.changes.at(-1);
    check(heard.changes.length === wanted && change?.active === active, `a press was told as ${heard.told}`);
    const stampMs = change?.instant.monotonicMs ?? 0;
    check(stampMs >= pressedMs && stampMs <= heardMs, `pressed at ${pressedMs}, stamped ${stampMs}, heard ${heardMs}`);
    whole.push(heardMs - pressedMs);
    own.push(heardMs - stampMs);
  }
  const show = (values: number[]): string => {
    const sorted = values.toSorted((a, b) => a - b);
    return `${(sorted[PRESSES / 2] ?? 0).toFixed(1)} ms (worst ${(sorted.at(-1) ?? 0).toFixed(1)})`;
  };
  return `${PRESSES} presses heard after ${show(whole)}, ${show(own)} after the kernel's stamp`;
}

async function hearsLines(header: SimulatedChip): Promise<string[]> {
  const [slow, fast] = [wire(line(BUTTON, DEBOUNCE_MS)), wire(line(FAST, 0))];
  const press = (offset: number) => (active: boolean) => header.pull(offset, active ? 0 : 1);
  await Promise.all([slow.heard.until('?-', patience), fast.heard.until('?-', patience)]);
  const seen = [
    `line without debounce: ${await latencies(fast.heard, press(FAST))}`,
    `line with ${DEBOUNCE_MS} ms: ${await latencies(slow.heard, press(BUTTON))}`,
  ];
  seen.push(await ignoresBounce(slow.heard, press(BUTTON)));
  const full = fast.heard.changes.length;
  for (let count = 0; count < 201; count += 1) press(FAST)(count % 2 === 0);
  await eventually('the truth after an overflow', () => fast.heard.changes.at(-1)?.active === true, patience);
  await fast.heard.stop();
  const kept = fast.heard.changes.length - full;
  check(fast.heard.changes.at(-1)?.active === true && kept < 201, `201 pulls unread: ${kept} told, ${fast.heard.told.slice(-8)}`);
  seen.push(`201 pulls while nobody read: ${kept} changes told, the last one true`);
  await slow.heard.stop();
  return seen;
}

/** Presses or releases; resolves when that very change was told, and with it all before it. */
async function heardOf(heard: Hearing, press: (active: boolean) => void, active: boolean): Promise<void> {
  const sinceMs = machineClock.read().monotonicMs;
  press(active);
  const told = (): boolean => {
    const last = heard.changes.at(-1);
    return last?.active === active && last.instant.monotonicMs >= sinceMs;
  };
  await eventually(active ? 'a press' : 'a release', told, { ...patience, detail: () => heard.told });
}

/** Pulls twice at once until the busy machine did it in a third of the debounce, each time before a real press. */
async function ignoresBounce(heard: Hearing, press: (active: boolean) => void): Promise<string> {
  for (;;) {
    const before = heard.changes.length;
    const startMs = performance.now();
    press(true);
    press(false);
    const tookMs = performance.now() - startMs;
    await heardOf(heard, press, true);
    await heardOf(heard, press, false);
    if (tookMs > DEBOUNCE_MS / 3) continue;
    check(heard.changes.length === before + 2, `a bounce of ${tookMs} ms was told: ${heard.told}`);
    return `two pulls within ${tookMs.toFixed(2)} ms before a press were no change`;
  }
}

async function losesChip(): Promise<string> {
  const { heard, faults: told } = wire({
    id: 'expander',
    kind: 'gpiochip',
    chip: EXPANDER.label,
    line: 'BUTTON',
    activeLow: true,
    debounceMs: 0,
  });
  await eventually('the fault before', () => told.told.length === 1, patience);
  const first = makeChip(EXPANDER);
  // Nobody pulls the line up: low from the start.
  await heard.until('?+', patience);
  const goneMs = performance.now();
  first.remove();
  await eventually('the loss', () => told.told.length === 3, patience);
  const lostMs = performance.now() - goneMs;
  // Another takes its number meanwhile.
  const other = makeChip({ label: 'bench-other', lines: 2, names: {} });
  const second = makeChip(EXPANDER);
  second.pull(1, 1);
  const backMs = performance.now();
  await heard.until('?+?-', patience);
  const againMs = performance.now() - backMs;
  second.pull(1, 0);
  await heard.until('?+?-+', patience);
  await heard.stop();
  for (const chip of [second, other]) chip.remove();
  return `chip removed: noticed after ${lostMs.toFixed(0)} ms, ${first.name} came back as ${second.name}, heard again after ${againMs.toFixed(0)} ms`;
}

const key = (code: number): InputOptions => ({ id: `key-${code}`, kind: 'evdev', name: KEYS, key: code });

async function hearsKeys(): Promise<string[]> {
  const first = await plugKeys(KEYS, [KEY_1, KEY_2], [SWITCH]);
  first.switch(SWITCH, 1);
  const console = openSync(CONSOLE, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  execFileSync('stty', ['-F', CONSOLE, 'raw', '-echo']);
  tap(first);
  // What keyboards typed while nobody had the console open comes before it, and ends with Enter.
  await eventually('a key on the console', () => readNow(console).endsWith('1'), patience);
  const [one, two] = [wire(key(KEY_1)), wire(key(KEY_2))];
  const contact = wire({ id: 'contact', kind: 'evdev', path: first.path, switch: SWITCH });
  await Promise.all([one.heard.until('?-', patience), two.heard.until('?-', patience), contact.heard.until('?+', patience)]);
  const seen = [`key: ${await latencies(one.heard, (active) => first.key(KEY_1, active ? 1 : 0))}`];
  first.key(KEY_2, 1);
  first.key(KEY_2, 2);
  first.key(KEY_2, 0);
  first.switch(SWITCH, 0);
  await Promise.all([two.heard.until('?-+-', patience), contact.heard.until('?+-', patience)]);
  const typed = readNow(console);
  check(typed === '', `${CONSOLE} was given ${JSON.stringify(typed)} by buttons that were taken`);
  seen.push(`two keys and a switch of ${first.path} heard by three inputs; ${CONSOLE} was given a press before and none after`);
  const full = one.heard.changes.length;
  for (let count = 0; count < 201; count += 1) first.key(KEY_1, count % 2 === 0 ? 1 : 0);
  await eventually('the truth after an overrun', () => one.heard.changes.at(-1)?.active === true, patience);
  const kept = one.heard.changes.length - full;
  check(kept < 201, `201 changes unread: ${kept} told`);
  seen.push(`201 key changes while nobody read: ${kept} told, the last one true`);
  const goneMs = performance.now();
  first.unplug();
  await eventually('the loss', () => one.faults.told.length === 1 && two.faults.told.length === 1, patience);
  const lostMs = performance.now() - goneMs;
  const second = await plugKeys(KEYS, [KEY_1, KEY_2], [SWITCH]);
  const backMs = performance.now();
  await eventually('heard again', () => one.heard.changes.at(-1)?.initial && one.faults.told.length === 2, patience);
  const againMs = performance.now() - backMs;
  second.key(KEY_1, 1);
  await eventually('a press after the replug', () => one.heard.told.endsWith('?-+'), patience);
  second.key(KEY_1, 0);
  seen.push(`unplugged: noticed after ${lostMs.toFixed(0)} ms; plugged in again: heard after ${againMs.toFixed(0)} ms`);
  for (const { heard } of [one, two, contact]) await heard.stop();
  const free = (): boolean => {
    tap(second);
    return readNow(console) !== '';
  };
  await eventually('a key on the console again', free, patience);
  closeSync(console);
  second.unplug();
  return seen;
}

function tap(keys: UserKeys): void {
  keys.key(KEY_1, 1);
  keys.key(KEY_1, 0);
}

/** What the console was given and nobody has read. */
function readNow(fd: number): string {
  const buffer = Buffer.alloc(256);
  try {
    return buffer.toString('latin1', 0, readSync(fd, buffer));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return '';
    throw error;
  }
}

async function showsInputs(header: SimulatedChip): Promise<string[]> {
  const keys = await plugKeys(KEYS, [KEY_1], []);
  const folder = temporaryFolder();
  header.pull(DOOR, 1);
  const config = writeConfiguration(folder.path, {
    site: 's',
    reader: 'r',
    language: 'en',
    scanners: [{ id: 'a', kind: 'stdin' }],
    inputs: [
      { id: 'door', kind: 'gpiochip', chip: header.label, line: `GPIO${DOOR}`, role: 'door' },
      { id: 'go-in', kind: 'evdev', name: KEYS, key: 'KEY_1', role: 'direction', direction: 'in' },
    ],
  });
  const words = ['--config', config, '--data', `${folder.path}/data`];
  const shown = startDaemon(['input', 'test', ...words]);
  const said = (text: string) =>
    eventually(`the line ${text}`, () => shown.stdout.some((one) => one.endsWith(text)), {
      ...patience,
      detail: () => [...shown.stdout, ...shown.stderr].join('\n'),
    });
  await Promise.all([said('door contact: open'), said('direction button (in): released')]);
  header.pull(DOOR, 0);
  keys.key(KEY_1, 1);
  await Promise.all([said('door contact: closed'), said('direction button (in): pressed')]);
  const code = await shown.stop('SIGINT');
  check(code === 0, `input test ended with ${code}`);
  const doctor = startDaemon(['doctor', '--json', ...words]);
  await doctor.exited();
  const results = JSON.parse(doctor.stdout.join('\n')) as { check: string; status: string; found: string }[];
  const found = results.filter(({ check: name }) => name.startsWith('input:')).map((one) => `${one.status}: ${one.found}`);
  keys.unplug();
  folder.remove();
  check(found.length === 2 && found.every((one) => one.startsWith('ok')), `doctor found ${found.join('; ')}`);
  check(found[0]?.endsWith('closed') === true && found[1]?.endsWith('pressed') === true, `doctor found ${found.join('; ')}`);
  return [
    `input test said: ${shown.stdout.map((one) => one.replace(/ +/gu, ' ')).join('; ')}`,
    `doctor said: ${found.join('; ')}`,
  ];
}

export const hearsInputs: Check = {
  name: 'inputs',
  modules: ['gpio-sim', 'uinput', 'evdev'],
  async run() {
    const { header } = chips();
    return [...(await hearsLines(header)), await losesChip(), ...(await hearsKeys()), ...(await showsInputs(header))];
  },
};
