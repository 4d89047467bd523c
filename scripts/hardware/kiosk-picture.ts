// hardware/wiring.svg: a finished kiosk on one sheet of A4: supplies, computer, the two boards, lamps, relay with its diode and
// lock, contacts and scanner. Every wire bears its number of the wire list.

import { COLOUR, box, contact, dot, picture, tag, terminal, text, wire, words, wrapped } from './drawing.ts';
import { pinOf } from './header.ts';
import { at, plus, X, zero } from './kiosk-layout.ts';
import { driverBoard, loads } from './kiosk-loads.ts';
import type { WiringPlan } from './wiring-plan.ts';

export function kioskPicture(plan: WiringPlan): string {
  return picture(
    {
      width: 1188,
      height: 840,
      title: 'Sơ đồ đấu dây',
      description:
        'Wiring of a kiosk: supplies, Raspberry Pi, driver board, input board, lamps, relay, lock, contacts and scanner.',
    },
    [
      words(24, 34, 'Sơ đồ đấu dây của một máy đọc', 'Wiring of a kiosk', { size: 22 }),
      ...supplies(),
      ...computer(plan),
      ...driverBoard(plan),
      ...loads(),
      ...inputBoard(plan),
      ...notes(),
    ],
  );
}

function supplies(): string[] {
  const mains = { colour: COLOUR.mains, wide: 3 };
  return [
    wire(`190,128 480,128`, mains),
    wire(`430,128 430,76 985,76 985,92`, mains),
    dot(430, 128),
    tag(330, 128, 1),
    box(24, 92, 166, 72),
    words(34, 114, 'Q1 CB chống giật', 'RCBO 30 mA, 230 V~', { size: 11.5 }),
    text(34, 146, '⚡ thợ điện · electrician', { size: 10.5, bold: true }),
    box(480, 92, 200, 72),
    words(492, 114, 'PS2 nguồn Pi 5,1 V', 'official Pi supply', { size: 11.5 }),
    text(492, 152, '2–5 A: xem bảng · see table', { size: 10.5 }),
    wire(`580,164 580,222`, plus),
    tag(580, 192, 2),
    box(900, 92, 160, 72),
    words(910, 112, 'PS1 nguồn 24 V', '24 V DC, 1.5 A', { size: 11.5 }),
    text(910, 156, '0 V', { size: 11.5, bold: true }),
    text(1052, 113, '+', { size: 15, bold: true, anchor: 'end' }),
    text(1052, 151, '+', { size: 15, bold: true, anchor: 'end' }),
    ...fuse(108, X.f2, 'F2 2 A', 524, 4),
    ...fuse(146, X.f1, 'F1 1 A', 456, 3),
    wire(`920,164 920,206 840,206 840,250`, zero),
    tag(840, 228, 5),
  ];
}

/** From the supply through a fuse to the bus at x, down to `end`. */
function fuse(y: number, x: number, name: string, end: number, number: number): string[] {
  return [
    wire(`1060,${y} ${x},${y} ${x},${end}`, plus),
    `<rect x="1072" y="${y - 9}" width="58" height="18" fill="#fff" stroke="${COLOUR.ink}" stroke-width="1.6"/>`,
    text(1101, y + 4, name, { size: 11, anchor: 'middle', bold: true }),
    tag(x, number === 4 ? 214 : 236, number),
  ];
}

function computer(plan: WiringPlan): string[] {
  const [left, right] = X.pi;
  const { power, inputs, outputs, tone } = plan;
  const pin = (number: number, name: string, row: number, side: 'left' | 'right') => {
    const [x, anchor] = side === 'left' ? ([left, 'start'] as const) : ([right, 'end'] as const);
    const inside = side === 'left' ? x + 12 : x - 12;
    return [
      terminal(x, at(row)),
      text(inside, at(row) + 5, `${number}`, { size: 15, bold: true, anchor }),
      text(inside + (side === 'left' ? 26 : -26), at(row) + 4, name, { size: 10.5, anchor }),
    ];
  };
  const [threeVolts, driverGround, inputGround] = power;
  return [
    box(left, 222, right - left, 418, '#eef4ee'),
    words(580, 244, 'Raspberry Pi', '3 · 4 · 5 · Zero 2 W', { size: 14, anchor: 'middle' }),
    ...pin(threeVolts.pin, '3V3', 0, 'left'),
    ...inputs.flatMap(({ bcm }, index) => pin(pinOf(bcm), `GPIO${bcm}`, index + 1, 'left')),
    ...pin(inputGround.pin, 'GND', inputs.length + 1, 'left'),
    ...outputs.flatMap(({ bcm }, index) => pin(pinOf(bcm), `GPIO${bcm}`, index, 'right')),
    ...pin(driverGround.pin, 'GND', outputs.length, 'right'),
    ...pin(pinOf(tone.bcm), `GPIO${tone.bcm}`, outputs.length + 3, 'right'),
    text(580, 618, 'số to = chân · large = pin', { size: 10.5, anchor: 'middle' }),
    wire(`580,640 580,690`, { wide: 4, colour: COLOUR.line }),
    tag(580, 664, 51),
    box(480, 690, 200, 62),
    words(580, 714, 'Máy quét QR (USB)', 'QR scanner: USB-COM or HID-POS', { size: 12.5, anchor: 'middle' }),
  ];
}

function inputBoard({ inputs }: WiringPlan): string[] {
  const [left, right] = X.a2;
  const piLeft = X.pi[0];
  const last = inputs.length + 1;
  const green = { colour: COLOUR.input };
  const between = (row: number, number: number, style: { colour: string; wide?: number }): string[] => [
    wire(`${right},${at(row)} ${piLeft},${at(row)}`, style),
    tag(445, at(row), number),
    terminal(right, at(row)),
  ];
  return [
    box(left, 250, right - left, 350),
    words((left + right) / 2, 268, 'A2 bảng ngõ vào', 'input board', { size: 10.8, anchor: 'middle' }),
    ...between(0, 31, plus),
    text(right - 10, at(0) + 4, '3V3', { size: 11, bold: true, anchor: 'end' }),
    ...inputs.flatMap((input, index) => [
      ...between(index + 1, 32 + index, green),
      wire(`${X.contact + 44},${at(index + 1)} ${left},${at(index + 1)}`, green),
      contact(X.contact, at(index + 1), input.contact),
      tag(272, at(index + 1), 41 + index),
      terminal(left, at(index + 1)),
      text((left + right) / 2, at(index + 1) + 4, input.terminal, { size: 12, bold: true, anchor: 'middle' }),
      words(X.bus - 12, at(index + 1) - 2, `${input.terminal} ${input.vi}`, input.en, { size: 10.4, anchor: 'end' }),
    ]),
    ...between(last, 32 + inputs.length, zero),
    text(right - 10, at(last) + 4, 'GND', { size: 11, bold: true, anchor: 'end' }),
    wire(`${X.bus},${at(1)} ${X.bus},${at(last)} ${left},${at(last)}`, { ...zero, wide: 2 }),
    ...inputs.map((_, index) => dot(X.bus, at(index + 1))),
    terminal(left, at(last)),
    text(left + 10, at(last) + 4, '0V', { size: 11, bold: true }),
  ];
}

function notes(): string[] {
  const lines: readonly (readonly [string, string])[] = [
    [
      'Vẽ lúc nghỉ: cổng đóng, tủ đóng, không ai bấm. S2, S3 bình thường kín: đứt dây cũng báo động.',
      'Drawn at rest: gate and cabinet shut, nothing pressed. S2 and S3 rest closed: a cut wire alarms too.',
    ],
    [
      'Không nối 5 V hay 24 V vào chân của Pi. Hai 0 V chỉ gặp nhau ở A1 nếu A1 không cách ly quang.',
      'Never 5 V or 24 V on a pin of the Pi. The two 0 V meet only on A1, and only if A1 has no opto-isolation.',
    ],
    [
      'Khóa thường đóng, có điện mới mở: nối 14. Khóa từ, mất điện là mở: nối 12 thay cho 14.',
      'A strike that opens when powered: 14. A magnet that opens when power is lost: 12 instead of 14.',
    ],
    [
      'Lối thoát nạn phải mở được bằng tay, không cần máy này: khóa từ phải có nút khẩn cấp cắt dây 25.',
      'An escape route must open by hand without this machine: a magnet needs an emergency button that cuts wire 25.',
    ],
  ];
  return lines.flatMap(([vi, en], index) => {
    const [x, y] = index < 2 ? [24, 704 + 62 * index] : [700, 718 + 54 * (index - 2)];
    return wrapped(x, y, [vi, en], index < 2 ? 62 : 68);
  });
}
