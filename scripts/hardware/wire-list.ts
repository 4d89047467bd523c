// Every wire of the kiosk by its number: the picture shows the numbers, the table says from where to where.

import { pinOf } from './header.ts';
import type { WiringPlan } from './wiring-plan.ts';

export interface Wire {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  /** Least cross-section of copper, mm². */
  readonly square: number;
  readonly vi: string;
  readonly en: string;
}

const THIN = 0.22;
const THICK = 0.5;

type Row = readonly [number: number, from: string, to: string, square: number, vi: string, en: string];

/** First numbers: 1 supplies, 11 Pi to driver board, 21 loads, 31 Pi to input board, 41 contacts, 51 scanner. */
export function wireList(plan: WiringPlan): readonly Wire[] {
  const rows = [...SUPPLIES, ...toDriverBoard(plan), ...LOADS, ...toInputBoard(plan)];
  return rows.map(([number, from, to, square, vi, en]) => ({ number, from, to, square, vi, en }));
}

const pi = (bcm: number) => `Pi ${pinOf(bcm)} (GPIO${bcm})`;

const SUPPLIES: readonly Row[] = [
  [1, 'Q1 L, N, PE', 'PS1, PS2', 1.5, 'Điện lưới 230 V: thợ điện làm', 'Mains 230 V: an electrician does this'],
  [2, 'PS2 5,1 V', 'Pi USB', THICK, 'Nguồn của máy', 'Supply of the Pi'],
  [3, 'PS1 +24 V, F1', 'H1 +, K1 A1', THICK, '24 V cho đèn, còi, cuộn rơ-le', '24 V to lamps, buzzer, relay coil'],
  [4, 'PS1 +24 V, F2', 'K1 11', THICK, '24 V cho khóa', '24 V to the lock'],
  [5, 'PS1 0 V', 'A1 0V', THICK, '0 V của nguồn 24 V', '0 V of the 24 V supply'],
  [6, 'A1 0V', 'Y1 −', THICK, '0 V cho khóa', '0 V to the lock'],
];

const LOADS: readonly Row[] = [
  [21, 'A1 OUT1', 'H1 G', THICK, 'Đèn xanh', 'Green lamp'],
  [22, 'A1 OUT2', 'H1 R', THICK, 'Đèn đỏ', 'Red lamp'],
  [23, 'A1 OUT3', 'H1 B', THICK, 'Còi', 'Buzzer'],
  [24, 'A1 OUT4', 'K1 A2', THICK, 'Cuộn rơ-le', 'Relay coil'],
  [25, 'K1 14', 'Y1 +', THICK, 'Khóa: có điện thì mở', 'Lock: opens when powered'],
];

function toDriverBoard({ outputs, power, tone }: WiringPlan): Row[] {
  const ground = power[1];
  return [
    ...outputs.map(({ bcm, channel, vi, en }): Row => [10 + channel, pi(bcm), `A1 IN${channel}`, THIN, vi, en]),
    [15, `Pi ${ground.pin} (${ground.is})`, 'A1 GND', THIN, ground.vi, ground.en],
    [16, pi(tone.bcm), 'B1', THIN, tone.vi, tone.en],
  ];
}

function toInputBoard({ inputs, power }: WiringPlan): Row[] {
  const [plus, , ground] = power;
  return [
    [31, `Pi ${plus.pin} (${plus.is})`, 'A2 3V3', THIN, plus.vi, plus.en],
    ...inputs.map(({ bcm, terminal, vi, en }, index): Row => [32 + index, `A2 ${terminal}`, pi(bcm), THIN, vi, en]),
    [32 + inputs.length, `Pi ${ground.pin} (${ground.is})`, 'A2 GND', THIN, ground.vi, ground.en],
    ...inputs.map(({ terminal, vi, en }, index): Row => {
      return [41 + index, terminal, `A2 ${terminal}, A2 0V`, THIN, `${vi} (hai sợi)`, `${en} (two wires)`];
    }),
    [51, 'Pi USB', 'Máy quét · scanner', THIN, 'Cáp USB của máy quét', 'USB cable of the scanner'],
  ];
}

export function wireTable(plan: WiringPlan): string {
  const rows = wireList(plan).map(
    ({ number, from, to, square, vi, en }) =>
      `| **${number}** | ${from} | ${to} | ${String(square).replace('.', ',')} mm² | ${vi}<br>*${en}* |`,
  );
  return [
    '| Dây · *Wire* | Từ · *From* | Đến · *To* | Ít nhất · *At least* | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
