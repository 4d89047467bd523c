// hardware/stages.svg: what is on the two boards, for whoever solders them: a 24 V channel, a 5 V relay, an input, and LEDs
// without any board. The values are those of scripts/hardware/electrics.ts.

import {
  box,
  COLOUR,
  capacitor,
  coil,
  contact,
  diode,
  dot,
  ground,
  lamp,
  led,
  lyingResistor,
  mosfet,
  npn,
  picture,
  resistor,
  terminal,
  text,
  wire,
  words,
  wrapped,
} from './drawing.ts';
import { PARTS } from './electrics.ts';

const ink = { colour: COLOUR.ink, wide: 1.8 };

/** 330 and 3,3 k, as they stand on a drawing. */
const ohms = (value: number) => (value < 1000 ? `${value} Ω` : `${String(value / 1000).replace('.', ',')} kΩ`);

export function stagePicture(): string {
  return picture(
    {
      width: 1188,
      height: 840,
      title: 'Mạch của hai bảng',
      description: 'Circuits of the driver board and of the input board, with values.',
    },
    [
      words(24, 34, 'Mạch của hai bảng, cho người tự hàn', 'The circuits of the two boards, for those who solder', { size: 22 }),
      panel(24, 84, 'A1: một kênh 24 V (đèn, còi, rơ-le 24 V)', 'A1: one 24 V channel (lamp, buzzer, 24 V relay)'),
      ...lampChannel(24, 84),
      panel(604, 84, 'Rơ-le 5 V thay cho rơ-le 24 V', 'A 5 V relay instead of a 24 V one'),
      ...relayChannel(604, 84),
      panel(24, 462, 'A2: một ngõ vào', 'A2: one input'),
      ...inputChannel(24, 462),
      panel(604, 462, 'Không có bảng: LED 5 mm nối thẳng (bàn thử)', 'No board: 5 mm LEDs at the pins (a desk set-up)'),
      ...deskLamps(604, 462),
    ],
  );
}

function panel(x: number, y: number, vi: string, en: string): string {
  return `${box(x, y, 560, 360, '#fff')}\n${words(x + 16, y + 26, vi, en, { size: 14 })}`;
}

/** Explanations at the foot of a panel, one under the other. */
function foot(x: number, y: number, lines: readonly (readonly [string, string])[]): string[] {
  let below = y + 270;
  return lines.flatMap((line) => {
    const drawn = wrapped(x + 16, below, line, 80);
    below += drawn.length * 13 + 8;
    return drawn;
  });
}

function lampChannel(x: number, y: number): string[] {
  const gate = y + 168;
  const { gate: series, pullDown } = PARTS.MOSFET;
  return [
    terminal(x + 60, gate),
    words(x + 40, gate - 26, 'IN (chân Pi)', 'Pi pin', { size: 11 }),
    wire(`${x + 60},${gate} ${x + 110},${gate}`, ink),
    lyingResistor(x + 110, gate),
    text(x + 130, gate - 12, ohms(series), { size: 12, bold: true, anchor: 'middle' }),
    wire(`${x + 150},${gate} ${x + 240},${gate}`, ink),
    dot(x + 200, gate),
    resistor(x + 200, gate),
    wire(`${x + 200},${gate + 40} ${x + 200},${gate + 50}`, ink),
    text(x + 190, gate + 26, ohms(pullDown), { size: 12, bold: true, anchor: 'end' }),
    mosfet(x + 240, gate),
    text(x + 282, gate + 6, 'AO3422', { size: 12, bold: true }),
    text(x + 282, gate + 20, '55 V, 0,2 Ω ở / at 2,5 V', { size: 9.5 }),
    wire(`${x + 270},${gate + 30} ${x + 270},${gate + 50}`, ink),
    wire(`${x + 200},${gate + 50} ${x + 270},${gate + 50}`, ink),
    dot(x + 235, gate + 50),
    ground(x + 235, gate + 50),
    text(x + 252, gate + 72, '0V, GND', { size: 10.5 }),
    wire(`${x + 270},${gate - 30} ${x + 270},${gate - 56} ${x + 430},${gate - 56}`, ink),
    terminal(x + 270, gate - 56),
    text(x + 262, gate - 62, 'OUT', { size: 11, bold: true, anchor: 'end' }),
    ...load(x + 340, gate - 96, 'lamp'),
    ...load(x + 430, gate - 96, 'relay'),
    dot(x + 340, gate - 56),
    wire(`${x + 300},${gate - 96} ${x + 500},${gate - 96}`, { colour: COLOUR.plus, wide: 2.6 }),
    text(x + 506, gate - 92, '+24 V', { size: 12, bold: true }),
    ...foot(x, y, [
      [
        '10 kΩ nằm trên bảng: máy đang khởi động, tắt, hay đứt dây thì cổng vẫn đóng.',
        'The 10 kΩ sits on the board: while the Pi boots, is off, or the wire is cut, the gate stays shut.',
      ],
      [
        'Hàn sẵn cũng được: ULN2803A (tối đa 200 mA mỗi kênh), hoặc mô-đun MOSFET cách ly quang 3,3 V.',
        'Or ready-made: ULN2803A (up to 200 mA a channel), or an opto-isolated MOSFET module for 3.3 V.',
      ],
    ]),
  ];
}

/** A lamp, or a coil with its diode, 40 high. */
function load(x: number, y: number, kind: 'lamp' | 'relay'): string[] {
  if (kind === 'lamp') return [lamp(x, y, '#8fdcb8'), text(x + 18, y + 24, 'H1', { size: 11, bold: true })];
  return [
    coil(x, y),
    text(x - 20, y + 24, 'K1', { size: 11, bold: true, anchor: 'end' }),
    diode(x + 42, y),
    wire(`${x},${y + 40} ${x + 42},${y + 40}`, ink),
    dot(x, y),
    dot(x, y + 40),
    dot(x + 42, y),
    text(x + 56, y + 24, '1N4007', { size: 10.5, bold: true }),
  ];
}

function relayChannel(x: number, y: number): string[] {
  const base = y + 168;
  const { base: series, pullDown } = PARTS.NPN;
  const { volts, ohms: coilOhms } = PARTS.COIL;
  return [
    terminal(x + 60, base),
    words(x + 40, base - 26, 'IN (chân Pi)', 'Pi pin', { size: 11 }),
    wire(`${x + 60},${base} ${x + 110},${base}`, ink),
    lyingResistor(x + 110, base),
    text(x + 130, base - 12, ohms(series), { size: 12, bold: true, anchor: 'middle' }),
    wire(`${x + 150},${base} ${x + 240},${base}`, ink),
    dot(x + 200, base),
    resistor(x + 200, base),
    text(x + 190, base + 26, ohms(pullDown), { size: 12, bold: true, anchor: 'end' }),
    wire(`${x + 200},${base + 40} ${x + 200},${base + 50} ${x + 270},${base + 50} ${x + 270},${base + 30}`, ink),
    dot(x + 235, base + 50),
    ground(x + 235, base + 50),
    npn(x + 240, base),
    text(x + 282, base + 6, '2N2222A, BC337', { size: 12, bold: true }),
    wire(`${x + 270},${base - 30} ${x + 270},${base - 56} ${x + 380},${base - 56}`, ink),
    coil(x + 330, base - 96),
    text(x + 308, base - 72, `${coilOhms} Ω`, { size: 11, bold: true, anchor: 'end' }),
    diode(x + 380, base - 96),
    text(x + 395, base - 72, '1N4007', { size: 11, bold: true }),
    dot(x + 330, base - 56),
    dot(x + 330, base - 96),
    dot(x + 380, base - 96),
    wire(`${x + 300},${base - 96} ${x + 460},${base - 96}`, { colour: COLOUR.plus, wide: 2.6 }),
    text(x + 466, base - 92, `+${volts} V (Pi 2, 4)`, { size: 12, bold: true }),
    ...foot(x, y, [
      [
        'Vạch của điốt quay về phía +. Thiếu điốt: xung lúc ngắt phá transistor và Pi.',
        'The bar of the diode points to +. Without it the pulse at switch-off kills the transistor and the Pi.',
      ],
      [
        'Không dùng mô-đun rơ-le "kích mức thấp": chúng bật trong lúc Pi khởi động.',
        'No relay modules with a "low level trigger": they switch on while the Pi boots.',
      ],
      [
        'Còi B1: cùng mạch này, còi 42 Ω thay cuộn (GPIO18, chân 12).',
        'Buzzer B1: this circuit, a 42 Ω buzzer instead of the coil (GPIO18, pin 12).',
      ],
    ]),
  ];
}

function inputChannel(x: number, y: number): string[] {
  const line = y + 150;
  const { pullUp, series } = PARTS.INPUT;
  return [
    ground(x + 70, line),
    contact(x + 70, line, 'open'),
    text(x + 92, line - 18, 'S1…S6', { size: 12, bold: true, anchor: 'middle' }),
    wire(`${x + 114},${line} ${x + 180},${line}`, ink),
    terminal(x + 160, line),
    text(x + 160, line + 22, 'A2 S1', { size: 11, anchor: 'middle' }),
    wire(`${x + 180},${line} ${x + 270},${line}`, ink),
    dot(x + 220, line),
    resistor(x + 220, line - 60),
    wire(`${x + 220},${line - 20} ${x + 220},${line}`, ink),
    text(x + 234, line - 36, ohms(pullUp), { size: 12, bold: true }),
    wire(`${x + 190},${line - 60} ${x + 250},${line - 60}`, { colour: COLOUR.plus, wide: 2.6 }),
    text(x + 258, line - 56, '3,3 V (Pi 1)', { size: 12, bold: true }),
    lyingResistor(x + 270, line),
    text(x + 290, line - 12, ohms(series), { size: 12, bold: true, anchor: 'middle' }),
    wire(`${x + 310},${line} ${x + 440},${line}`, ink),
    dot(x + 360, line),
    capacitor(x + 360, line),
    ground(x + 360, line + 40),
    text(x + 376, line + 26, '100 nF', { size: 12, bold: true }),
    terminal(x + 440, line),
    words(x + 452, line - 2, 'chân Pi', 'Pi pin', { size: 11 }),
    ...foot(x, y, [
      [
        'Dây ra ngoài tủ dài quá 3 m: dùng mô-đun cách ly quang 24 V (PC817) thay cho mạch này.',
        'Wires that leave the cabinet for more than 3 m: a 24 V opto-isolated module (PC817) instead.',
      ],
      [
        'Dùng dây xoắn hoặc có lưới chống nhiễu, đi tách khỏi dây khóa và dây 230 V.',
        'Twisted or shielded wire, apart from the lock wire and from 230 V.',
      ],
    ]),
  ];
}

function deskLamps(x: number, y: number): string[] {
  const { series } = PARTS.LED;
  const lampAt = (dx: number, pin: string, colour: string, name: string): string[] => [
    terminal(x + dx, y + 90),
    text(x + dx + 12, y + 94, pin, { size: 12, bold: true }),
    wire(`${x + dx},${y + 95} ${x + dx},${y + 110}`, ink),
    resistor(x + dx, y + 110),
    text(x + dx + 14, y + 135, ohms(series), { size: 12, bold: true }),
    led(x + dx, y + 150, colour),
    text(x + dx + 34, y + 180, name, { size: 12 }),
    wire(`${x + dx},${y + 190} ${x + dx},${y + 216}`, ink),
  ];
  return [
    ...lampAt(90, 'Pi 11', '#8fdcb8', 'xanh · green'),
    ...lampAt(300, 'Pi 13', '#7A0012', 'đỏ · red'),
    wire(`${x + 90},${y + 216} ${x + 300},${y + 216}`, ink),
    dot(x + 195, y + 216),
    ground(x + 195, y + 216),
    text(x + 216, y + 240, 'GND (Pi 14)', { size: 12, bold: true }),
    text(x + 430, y + 120, 'chân dài lên trên', { size: 11, bold: true }),
    text(x + 430, y + 134, 'long leg up', { size: 10, italic: true }),
    ...foot(x, y, [
      [
        'Đủ để thử và dạy; ngoài cổng cần đèn 24 V mới thấy dưới nắng.',
        'Enough to try and to teach; at a gate in the sun it takes 24 V lamps.',
      ],
      [
        'Không bao giờ nối LED không có điện trở, và không nối còi hay rơ-le thẳng vào chân Pi.',
        'Never a LED without its resistor, and never a buzzer or relay straight at a pin.',
      ],
    ]),
  ];
}
