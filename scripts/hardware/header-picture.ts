// hardware/header.svg: the 40-pin header, as it lies on the board, with every pin that the kiosk uses.

import { box, COLOUR, picture, text, words } from './drawing.ts';
import { HEADER_PINS, headerPin, pinOf } from './header.ts';
import type { WiringPlan } from './wiring-plan.ts';

interface Use {
  readonly name: string;
  readonly fill: string;
}

const LEFT = 84;
const STEP = 52;
const ROW = { even: 296, odd: 358 };

function usesOf({ outputs, tone, inputs, power, reserved }: WiringPlan): ReadonlyMap<number, Use> {
  const uses = new Map<number, Use>();
  for (const { bcm, short } of reserved) uses.set(pinOf(bcm), { name: short, fill: '#fff' });
  for (const { bcm, key, channel } of outputs) uses.set(pinOf(bcm), { name: `${NAMES[key]} IN${channel}`, fill: '#bfe0f5' });
  uses.set(pinOf(tone.bcm), { name: 'còi PWM', fill: '#bfe0f5' });
  for (const { bcm, terminal, role } of inputs) uses.set(pinOf(bcm), { name: `${terminal} ${ROLES[role]}`, fill: '#c5ecd9' });
  for (const { pin, is } of power) uses.set(pin, { name: '', fill: is === 'GND' ? '#333' : '#f9cda6' });
  return uses;
}

const NAMES = { green: 'xanh', red: 'đỏ', buzzer: 'còi', relay: 'rơ-le' };
const ROLES = { 'exit-request': 'nút ra', door: 'cửa', tamper: 'nắp tủ', turn: 'cửa xoay', direction: 'chiều' };

export function headerPicture(plan: WiringPlan): string {
  const uses = usesOf(plan);
  const pins = Array.from({ length: HEADER_PINS }, (_, index) => index + 1);
  return picture(
    { width: 1188, height: 664, title: 'Chân cắm 40 chân', description: 'The 40-pin header with the pins that the kiosk uses.' },
    [
      words(40, 44, 'Đầu cắm 40 chân: nối chân nào vào đâu', 'The 40-pin header: which pin goes where', { size: 22 }),
      text(40, 96, 'Nhìn từ trên xuống, đầu cắm dọc mép trên, khe thẻ nhớ ở bên trái. Chân 1 có ô hàn vuông.', { size: 14 }),
      text(40, 115, 'Seen from above, the header along the upper edge, the SD card on the left. Pin 1 has the square pad.', {
        size: 13,
        italic: true,
      }),
      box(LEFT - 34, ROW.even - 34, STEP * 19 + 68, ROW.odd - ROW.even + 68, '#fff'),
      ...pins.flatMap((pin) => drawn(pin, uses.get(pin))),
      ...legend(),
    ],
  );
}

function drawn(pin: number, use: Use | undefined): string[] {
  const x = LEFT + STEP * Math.floor((pin - 1) / 2);
  const even = pin % 2 === 0;
  const y = even ? ROW.even : ROW.odd;
  const is = headerPin(pin);
  const name = typeof is === 'number' ? `GPIO${is}` : is;
  const fill = use?.fill ?? '#fff';
  const ink = fill === '#333' ? '#fff' : COLOUR.ink;
  const shape =
    pin === 1
      ? `<rect x="${x - 19}" y="${y - 19}" width="38" height="38" fill="${fill}" stroke="${COLOUR.ink}" stroke-width="2.4"/>`
      : `<circle cx="${x}" cy="${y}" r="19" fill="${fill}" stroke="${COLOUR.ink}" stroke-width="${use ? 2.4 : 0.8}"/>`;
  const number = text(x, y + 6, String(pin), {
    size: use ? 17 : 12,
    bold: use !== undefined,
    anchor: 'middle',
    colour: use ? ink : '#888',
  });
  const outside = even ? y - 44 : y + 52;
  const label = `<g transform="translate(${x + 5} ${outside}) rotate(${even ? -58 : 58})">${text(
    0,
    0,
    use && use.name !== '' ? `${name} · ${use.name}` : name,
    {
      size: use ? 14 : 11,
      bold: use !== undefined,
      colour: use ? COLOUR.ink : '#888',
    },
  )}</g>`;
  return [shape, number, label];
}

function legend(): string[] {
  const entries: readonly (readonly [fill: string, vi: string, en: string])[] = [
    ['#bfe0f5', 'ngõ ra, tới bảng công suất', 'output, to the driver board'],
    ['#c5ecd9', 'ngõ vào, từ bảng ngõ vào', 'input, from the input board'],
    ['#f9cda6', '3,3 V (không bao giờ nối 5 V hay 24 V vào đây)', '3.3 V (never connect 5 V or 24 V here)'],
    ['#333', 'mát (0 V)', 'ground (0 V)'],
  ];
  return entries.flatMap(([fill, vi, en], index) => {
    const [x, y] = [60 + 570 * Math.floor(index / 2), 590 + 42 * (index % 2)];
    return [
      `<circle cx="${x}" cy="${y}" r="13" fill="${fill}" stroke="${COLOUR.ink}" stroke-width="2"/>`,
      words(x + 24, y, vi, en, { size: 14 }),
    ];
  });
}
