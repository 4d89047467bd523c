// The tables of hardware/wiring.md, in Markdown, from the plan.

import { keepsLimit, type Value, values } from './electrics.ts';
import { bootPull, HEADER_PINS, headerPin, pinOf } from './header.ts';
import { activeLow, type WiringPlan } from './wiring-plan.ts';

type Cells = readonly (string | number)[];

function table(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const PULL = { up: '↑', down: '↓' };
const pull = (bcm: number) => PULL[bootPull(bcm)];

/** Decimal comma, as the readers write it. */
const number = (value: number) => String(Number(value.toPrecision(3))).replace('.', ',');

export function outputTable({ outputs, tone }: WiringPlan): string {
  const rows = outputs.map(({ key, bcm, label, channel, vi, en }) => [
    `${vi}<br>*${en}*`,
    `**${pinOf(bcm)}**`,
    `GPIO${bcm}`,
    pull(bcm),
    `IN${channel} → OUT${channel}`,
    `\`${label}\``,
    `\`${key}\``,
  ]);
  const sounder = [
    `${tone.vi}<br>*${tone.en}*`,
    `**${pinOf(tone.bcm)}**`,
    `GPIO${tone.bcm}`,
    pull(tone.bcm),
    '-',
    '-',
    '`buzzer`',
  ];
  return table(
    [
      'Ngõ ra · *Output*',
      'Chân · *Pin*',
      'BCM',
      'Lúc cấp điện · *At power-on*',
      'Bảng công suất · *Driver board*',
      'LED',
      'Cấu hình · *Key*',
    ],
    [...rows, sounder],
  );
}

const RESTS = { open: 'hở · *open*', closed: 'kín · *closed*' };

export function inputTable({ inputs }: WiringPlan): string {
  const rows = inputs.map((input) => [
    `${input.vi}<br>*${input.en}*`,
    `**${pinOf(input.bcm)}**`,
    `GPIO${input.bcm}`,
    input.terminal,
    RESTS[input.contact],
    `\`${activeLow(input)}\``,
    `${input.debounceMs} ms`,
    `\`${input.role}\``,
  ]);
  return table(
    [
      'Ngõ vào · *Input*',
      'Chân · *Pin*',
      'BCM',
      'Cầu đấu · *Terminal*',
      'Bình thường · *At rest*',
      '`activeLow`',
      'Chống dội · *Debounce*',
      '`role`',
    ],
    rows,
  );
}

export function powerTable({ power, reserved }: WiringPlan): string {
  const kept = reserved.map(({ bcm, vi, en }) => [`**${pinOf(bcm)}**`, `GPIO${bcm}`, `${vi}<br>*${en}*`]);
  return table(
    ['Chân · *Pin*', 'Là · *Is*', 'Dùng cho · *For*'],
    [...power.map(({ pin, is, vi, en }) => [`**${pin}**`, is, `${vi}<br>*${en}*`]), ...kept],
  );
}

export function modelTable({ models }: WiringPlan): string {
  const rows = models.map(({ name, chip, sysfsBases, pwm, supply, filter, id, pinMilliamperes }) => [
    name,
    `\`${chip}\``,
    sysfsBases.map(({ kernel, base }) => `${base} (${kernel})`).join('<br>'),
    `\`${pwm.chip}\`, ${pwm.channel}`,
    `${number(supply.volts)} V, ${number(supply.amperes)} A, ${supply.plug}`,
    `${pinMilliamperes} mA`,
    `[\`[${filter}]\`](overlays/config-${id}.txt)`,
  ]);
  return table(
    [
      'Máy · *Model*',
      'Chip',
      'Số sysfs đầu (nhân) · *sysfs base (kernel)*',
      'PWM GPIO18',
      'Nguồn · *Supply*',
      'Một chân · *A pin*',
      'config.txt',
    ],
    rows,
  );
}

/** The header as it lies: odd pins left, even pins right; what is used is bold. */
export function headerTable(plan: WiringPlan): string {
  const used = new Map<number, string>();
  for (const { bcm, key } of plan.outputs) used.set(pinOf(bcm), key);
  used.set(pinOf(plan.tone.bcm), 'tone');
  for (const { bcm, terminal, id } of plan.inputs) used.set(pinOf(bcm), `${terminal} ${id}`);
  for (const { pin, is } of plan.power) used.set(pin, is);
  const name = (pin: number) => {
    const is = headerPin(pin);
    return typeof is === 'number' ? `GPIO${is}` : is;
  };
  const use = (pin: number) => (used.has(pin) ? `**${used.get(pin)}**` : '');
  const rows = Array.from({ length: HEADER_PINS / 2 }, (_, row) => [2 * row + 1, 2 * row + 2] as const);
  return table(
    ['', '', '#', '#', '', ''],
    rows.map(([odd, even]) => [use(odd), name(odd), odd, even, name(even), use(even)]),
  );
}

export function valueTable({ models }: WiringPlan): string {
  const least = Math.min(...models.map(({ pinMilliamperes }) => pinMilliamperes));
  const rows = values(least).map((value) => [
    `${value.vi}<br>*${value.en}*`,
    value.formula.replaceAll('.', ','),
    `**${number(value.value)} ${value.unit}**`,
    limitText(value),
  ]);
  return table(['Giá trị · *Value*', 'Cách tính · *Calculation*', 'Kết quả · *Result*', 'Giới hạn · *Limit*'], rows);
}

function limitText(value: Value): string {
  const { is, side, vi, en } = value.limit;
  const bound = `${side === 'max' ? '≤' : '≥'} ${number(is)} ${value.unit}`;
  return `${keepsLimit(value) ? '✓' : '✗'} ${bound} (${vi} · *${en}*)`;
}

export function sourceTable({ sources }: WiringPlan): string {
  return table(
    ['*What*', '*Source*'],
    sources.map(({ of, is }) => [of, is]),
  );
}
