// The right half of hardware/wiring.svg: driver board, lamps, relay with its diode, lock.

import { COLOUR, box, coil, diode, dot, lamp, tag, terminal, text, wire, words } from './drawing.ts';
import { at, plus, X, zero } from './kiosk-layout.ts';
import type { WiringPlan } from './wiring-plan.ts';

export function driverBoard({ outputs }: WiringPlan): string[] {
  const [left, right] = X.a1;
  const piRight = X.pi[1];
  const rows = outputs.flatMap(({ channel }, row) => [
    wire(`${piRight},${at(row)} ${left},${at(row)}`),
    tag(730, at(row), 10 + channel),
    terminal(left, at(row)),
    text(left + 10, at(row) + 4, `IN${channel}`, { size: 11, bold: true }),
    terminal(right, at(row)),
    text(right - 10, at(row) + 4, `OUT${channel}`, { size: 11, bold: true, anchor: 'end' }),
  ]);
  const last = at(outputs.length);
  const bell = at(outputs.length + 3);
  return [
    box(left, 250, right - left, 264),
    words((left + right) / 2, 478, 'A1 bảng công suất', 'driver board, 4 channels', { size: 10.8, anchor: 'middle' }),
    ...rows,
    wire(`${piRight},${last} ${left},${last}`, zero),
    tag(730, last, 15),
    terminal(left, last),
    text(left + 10, last + 4, 'GND', { size: 11, bold: true }),
    terminal(840, 250),
    text(850, 266, '0V', { size: 11, bold: true }),
    terminal(840, 514),
    text(850, 508, '0V', { size: 11, bold: true }),
    wire(`840,514 840,660 ${X.load[0]},660`, zero),
    tag(840, 580, 6),
    wire(`${piRight},${bell} 720,${bell}`, { dashes: '6 4' }),
    tag(701, bell, 16),
    `<rect x="720" y="${bell - 20}" width="104" height="66" rx="5" fill="#fff" stroke="${COLOUR.ink}" stroke-width="1.4" stroke-dasharray="6 4"/>`,
    words(727, bell - 4, 'B1 còi tùy chọn', 'passive (optional)', { size: 10 }),
    text(727, bell + 22, 'qua transistor', { size: 9.5 }),
    text(727, bell + 34, 'through a transistor', { size: 8.6, italic: true }),
  ];
}

export function loads(): string[] {
  const [left, right] = X.load;
  const out = X.a1[1];
  const lamps = [
    ['G', '#8fdcb8', 'xanh · green'],
    ['R', '#7A0012', 'đỏ · red'],
    ['B', '#fff', 'còi · buzzer'],
  ] as const;
  return [
    box(left, 222, right - left, 172),
    words(left + 10, 240, 'H1 đèn tháp 24 V', 'tower light', { size: 11.5 }),
    terminal(right, 258),
    text(right - 10, 262, '+', { size: 13, bold: true, anchor: 'end' }),
    wire(`${right},258 ${X.f1},258`, plus),
    ...lamps.flatMap(([name, colour, meaning], row) => [
      wire(`${out},${at(row)} ${left},${at(row)}`),
      tag(948, at(row), 21 + row),
      terminal(left, at(row)),
      text(left + 10, at(row) + 4, name, { size: 12, bold: true }),
      `<g transform="translate(${left + 44} ${at(row) - 13}) scale(0.65)">${lamp(0, 0, colour)}</g>`,
      text(left + 60, at(row) + 4, meaning, { size: 9.6 }),
    ]),
    ...relay(out, left, right),
    ...lock(left, right),
  ];
}

function relay(out: number, left: number, right: number): string[] {
  const coilY = 456;
  return [
    box(left, 410, right - left, 152),
    text(left + 10, 428, 'K1 rơ-le · relay 24 V', { size: 10.8, bold: true }),
    wire(`${out},${at(3)} 948,${at(3)} 948,${coilY} ${left},${coilY}`),
    tag(948, 433, 24),
    terminal(left, coilY),
    text(left + 9, coilY + 16, 'A2', { size: 10.5, bold: true }),
    terminal(right, coilY),
    text(right - 8, coilY - 8, 'A1', { size: 10.5, bold: true, anchor: 'end' }),
    wire(`${right},${coilY} ${X.f1},${coilY}`, plus),
    wire(`${left},${coilY} ${left + 47},${coilY}`, zero),
    wire(`${left + 87},${coilY} ${right},${coilY}`, zero),
    `<g transform="translate(${left + 47} ${coilY}) rotate(-90)">${coil(0, 0)}</g>`,
    wire(`${left + 34},${coilY} ${left + 34},${coilY + 27} ${left + 47},${coilY + 27}`, zero),
    wire(`${left + 100},${coilY} ${left + 100},${coilY + 27} ${left + 87},${coilY + 27}`, zero),
    `<g transform="translate(${left + 87} ${coilY + 27}) rotate(90)">${diode(0, 0)}</g>`,
    dot(left + 34, coilY),
    dot(left + 100, coilY),
    text(left + 105, coilY + 31, 'V1', { size: 10.5, bold: true }),
    ...contacts(left, right),
  ];
}

/** Changeover contact: 11 on the right, 14 (opens on power) and 12 (opens on loss of power) on the left. */
function contacts(left: number, right: number): string[] {
  const black = { colour: COLOUR.ink, wide: 2 };
  return [
    terminal(right, 524),
    text(right - 9, 518, '11', { size: 10.5, bold: true, anchor: 'end' }),
    wire(`${right},524 ${X.f2},524`, plus),
    terminal(left, 508),
    text(left + 9, 503, '14', { size: 10.5, bold: true }),
    terminal(left, 544),
    text(left + 9, 540, '12', { size: 10.5, bold: true }),
    wire(`${right},524 ${left + 92},524 ${left + 46},541`, black),
    wire(`${left},508 ${left + 46},508 ${left + 46},512`, black),
    wire(`${left},544 ${left + 46},544 ${left + 46},540`, black),
    wire(`${left},508 962,508 962,612 ${left},612`, plus),
    tag(962, 580, 25),
  ];
}

function lock(left: number, right: number): string[] {
  return [
    box(left, 590, right - left, 92),
    terminal(left, 612),
    text(left + 10, 617, '+', { size: 13, bold: true }),
    terminal(left, 660),
    text(left + 10, 664, '−', { size: 13, bold: true }),
    words(left + 58, 606, 'Y1 khóa', 'lock, 24 V', { size: 10.8 }),
    text(left + 75, 641, '≤ 0,5 A', { size: 10 }),
    wire(`${left},612 ${left + 40},612`, { colour: COLOUR.ink }),
    wire(`${left},660 ${left + 40},660`, { colour: COLOUR.ink }),
    wire(`${left + 40},612 ${left + 40},616`, { colour: COLOUR.ink }),
    wire(`${left + 40},656 ${left + 40},660`, { colour: COLOUR.ink }),
    diode(left + 40, 616),
    text(left + 54, 641, 'V2', { size: 10.5, bold: true }),
    text(right - 8, 676, 'V1, V2: 1N4007', { size: 9, anchor: 'end' }),
  ];
}
