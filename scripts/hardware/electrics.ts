// The electrical values of the kiosk, computed: each with its formula, its limit and whether it keeps it. Tests hold the limits,
// the documents show the same numbers.
//
// Sources: Raspberry Pi documentation (levels and currents of a pin, see hardware/wiring.json); data sheets of AO3422 (Alpha &
// Omega), 2N2222A, ULN2803A (STMicroelectronics), 1N4007, PC817; SRD-05VDC-SL-C for a 5 V relay coil of 70 ohm.

/** V, ohm, F, A. Typical forward voltages; guaranteed limits. */
const PIN = { volts: 3.3, lowMax: 0.8, pullUpMin: 33_000, allAmperes: 0.05 };
const OPTO = { forward: 1.2, series: 1_000 };
const MOSFET = { gate: 560, pullDown: 10_000, thresholdMin: 0.6, specifiedAt: 2.5, onOhms: 0.2, watts: 0.8 };
const COIL = { volts: 5, ohms: 70 };
const NPN = { baseEmitter: 0.75, base: 680, pullDown: 10_000, forcedGainMax: 20 };
const SOUNDER = { volts: 5, ohms: 42, gainMin: 100 };
const ULN = { inputOhms: 2_700, inputDrop: 1.4, specifiedAt: 2.4, amperes: 0.2 };
const LED = { series: 330, red: 1.9, green: 2.1 };
const INPUT = { pullUp: 3_300, series: 1_000, farads: 100e-9, lineOhms: 100, contacts: 6, wetting: 0.001 };
/** What hangs on 24 V: lamps of a tower light, its buzzer, the coil of an interface relay, an electric strike. */
const LOADS = { green: 0.06, red: 0.06, buzzer: 0.06, relay: 0.02, lock: 0.5 };
const SUPPLY = { amperes: 1.5, reserve: 1.5 };
const FUSES = { lamps: 1, lock: 2, startFactor: 2 };

export const PARTS = { OPTO, MOSFET, COIL, NPN, LED, INPUT, LOADS, SUPPLY, FUSES } as const;

export interface Value {
  readonly vi: string;
  readonly en: string;
  readonly formula: string;
  readonly value: number;
  readonly unit: 'mA' | 'V' | 'mW' | 'ms' | '×' | 'A';
  /** The value must not be above or not below it. */
  readonly limit: { readonly is: number; readonly side: 'max' | 'min'; readonly vi: string; readonly en: string };
}

export function keepsLimit({ value, limit }: Value): boolean {
  return limit.side === 'max' ? value <= limit.is : value >= limit.is;
}

/** Current that a pin gives a photo-coupler of the driver board, A. */
const optoAmperes = (PIN.volts - OPTO.forward) / OPTO.series;
const coilAmperes = COIL.volts / COIL.ohms;
const baseAmperes = (PIN.volts - NPN.baseEmitter) / NPN.base;
const lampAmperes = LOADS.green + LOADS.red + LOADS.buzzer + LOADS.relay;
const gateShare = MOSFET.pullDown / (MOSFET.pullDown + MOSFET.gate);
const milli = (value: number) => value * 1000;

const atPin = (is: number) => ({ is, side: 'max', vi: 'một chân (Pi 4)', en: 'one pin (Pi 4)' }) as const;

/** @param pinMilliamperes the least that a pin of any supported model gives */
export function values(pinMilliamperes: number): readonly Value[] {
  const pin = atPin(pinMilliamperes);
  return [...outputValues(pin), ...transistorValues(pin), ...inputValues(), ...supplyValues()];
}

function outputValues(pin: Value['limit']): Value[] {
  return [
    {
      vi: 'Bảng MOSFET cách ly quang: dòng một chân',
      en: 'Opto-isolated MOSFET board: current of a pin',
      formula: '(3.3 V − 1.2 V) / 1 kΩ',
      value: milli(optoAmperes),
      unit: 'mA',
      limit: pin,
    },
    {
      vi: 'Bốn ngõ ra cùng bật: dòng của mọi chân',
      en: 'All four outputs on: current of all pins',
      formula: '4 × 2.1 mA',
      value: milli(4 * optoAmperes),
      unit: 'mA',
      limit: { is: milli(PIN.allAmperes), side: 'max', vi: 'mọi chân', en: 'all pins' },
    },
    {
      vi: 'LED 5 mm đỏ nối thẳng, điện trở 330 Ω',
      en: '5 mm red LED at the pin, 330 Ω',
      formula: '(3.3 V − 1.9 V) / 330 Ω',
      value: milli((PIN.volts - LED.red) / LED.series),
      unit: 'mA',
      limit: pin,
    },
    {
      vi: 'LED 5 mm xanh nối thẳng, điện trở 330 Ω',
      en: '5 mm green LED at the pin, 330 Ω',
      formula: '(3.3 V − 2.1 V) / 330 Ω',
      value: milli((PIN.volts - LED.green) / LED.series),
      unit: 'mA',
      limit: pin,
    },
    {
      vi: 'ULN2803A: dòng một chân',
      en: 'ULN2803A: current of a pin',
      formula: '(3.3 V − 1.4 V) / 2.7 kΩ',
      value: milli((PIN.volts - ULN.inputDrop) / ULN.inputOhms),
      unit: 'mA',
      limit: pin,
    },
    {
      vi: `ULN2803A: mức ngõ vào để chắc chắn dẫn ${milli(ULN.amperes)} mA`,
      en: `ULN2803A: input level that surely carries ${milli(ULN.amperes)} mA`,
      formula: '3.3 V',
      value: PIN.volts,
      unit: 'V',
      limit: { is: ULN.specifiedAt, side: 'min', vi: 'bảng số liệu', en: 'data sheet' },
    },
  ];
}

function transistorValues(pin: Value['limit']): Value[] {
  return [
    {
      vi: 'MOSFET: dòng nạp cổng lúc bật, 560 Ω',
      en: 'MOSFET: gate current at the moment of switching, 560 Ω',
      formula: '3.3 V / 560 Ω',
      value: milli(PIN.volts / MOSFET.gate),
      unit: 'mA',
      limit: pin,
    },
    {
      vi: 'MOSFET AO3422: điện áp cổng khi bật',
      en: 'MOSFET AO3422: gate voltage when on',
      formula: '3.3 V × 10 kΩ / (10 kΩ + 560 Ω)',
      value: PIN.volts * gateShare,
      unit: 'V',
      limit: { is: MOSFET.specifiedAt, side: 'min', vi: 'R_DS(on) được bảo đảm', en: 'R_DS(on) is specified' },
    },
    {
      vi: 'MOSFET: nhiệt khi dẫn 0,5 A',
      en: 'MOSFET: heat at 0.5 A',
      formula: '(0.5 A)² × 0.2 Ω',
      value: milli(LOADS.lock ** 2 * MOSFET.onOhms),
      unit: 'mW',
      limit: { is: milli(MOSFET.watts), side: 'max', vi: 'ở 70 °C', en: 'at 70 °C' },
    },
    {
      vi: 'Transistor cho cuộn 5 V, 70 Ω (71 mA): dòng một chân, 680 Ω',
      en: 'Transistor for a 5 V coil of 70 Ω (71 mA): current of a pin, 680 Ω',
      formula: '(3.3 V − 0.75 V) / 680 Ω',
      value: milli(baseAmperes),
      unit: 'mA',
      limit: pin,
    },
    {
      vi: 'Transistor: hệ số cưỡng bức (càng nhỏ càng bão hòa)',
      en: 'Transistor: forced gain (lower is more saturated)',
      formula: '71.4 mA / (3.75 mA − 0.08 mA)',
      value: coilAmperes / (baseAmperes - NPN.baseEmitter / NPN.pullDown),
      unit: '×',
      limit: { is: NPN.forcedGainMax, side: 'max', vi: 'bão hòa chắc chắn', en: 'surely saturated' },
    },
    {
      vi: 'Còi B1 (5 V, 42 Ω) qua BC337: hệ số khuếch đại cần',
      en: 'Buzzer B1 (5 V, 42 Ω) through a BC337: gain it takes',
      formula: '119 mA / (3.75 mA − 0.08 mA)',
      value: SOUNDER.volts / SOUNDER.ohms / (baseAmperes - NPN.baseEmitter / NPN.pullDown),
      unit: '×',
      limit: { is: SOUNDER.gainMin, side: 'max', vi: 'BC337 có ít nhất', en: 'a BC337 has at least' },
    },
    {
      vi: 'Điốt dập 1N4007: dòng lúc ngắt cuộn',
      en: 'Flyback diode 1N4007: current when the coil is cut',
      formula: '5 V / 70 Ω',
      value: milli(coilAmperes),
      unit: 'mA',
      limit: { is: 1000, side: 'max', vi: '1N4007', en: '1N4007' },
    },
  ];
}

function inputValues(): Value[] {
  return [
    {
      vi: 'Tiếp điểm đóng: dòng qua tiếp điểm, 3,3 kΩ',
      en: 'Closed contact: current through it, 3.3 kΩ',
      formula: '3.3 V / 3.3 kΩ',
      value: milli(PIN.volts / INPUT.pullUp),
      unit: 'mA',
      limit: { is: milli(INPUT.wetting), side: 'min', vi: 'giữ sạch tiếp điểm', en: 'keeps contacts clean' },
    },
    {
      vi: 'Tiếp điểm đóng qua dây 100 Ω: mức thấp',
      en: 'Contact closed through 100 Ω of wire: low level',
      formula: '3.3 V × 100 Ω / (3.3 kΩ + 100 Ω)',
      value: (PIN.volts * INPUT.lineOhms) / (INPUT.pullUp + INPUT.lineOhms),
      unit: 'V',
      limit: { is: PIN.lowMax, side: 'max', vi: 'mức thấp của Pi 4', en: 'low level of a Pi 4' },
    },
    {
      vi: 'Lọc nhiễu 1 kΩ và 100 nF: thời gian',
      en: 'Filter of 1 kΩ and 100 nF: time constant',
      formula: '(3.3 kΩ + 1 kΩ) × 100 nF',
      value: milli((INPUT.pullUp + INPUT.series) * INPUT.farads),
      unit: 'ms',
      limit: { is: 5, side: 'max', vi: 'chống dội nhanh nhất', en: 'the shortest debounce' },
    },
  ];
}

function supplyValues(): Value[] {
  const all = lampAmperes + LOADS.lock;
  return [
    {
      vi: 'Nguồn 24 V: mọi tải, thêm một nửa dự phòng',
      en: '24 V supply: all loads and half as much in reserve',
      formula: '(0.06 + 0.06 + 0.06 + 0.02 + 0.5) A × 1.5',
      value: all * SUPPLY.reserve,
      unit: 'A',
      limit: { is: SUPPLY.amperes, side: 'max', vi: 'nguồn 36 W', en: '36 W supply' },
    },
    {
      vi: 'Cầu chì F1 (đèn, còi, rơ-le): gấp đôi tải',
      en: 'Fuse F1 (lamps, buzzer, relay): twice the load',
      formula: '0.2 A × 2',
      value: lampAmperes * FUSES.startFactor,
      unit: 'A',
      limit: { is: FUSES.lamps, side: 'max', vi: '1 A, tác động chậm', en: '1 A, slow' },
    },
    {
      vi: 'Cầu chì F2 (khóa): gấp đôi tải',
      en: 'Fuse F2 (lock): twice the load',
      formula: '0.5 A × 2',
      value: LOADS.lock * FUSES.startFactor,
      unit: 'A',
      limit: { is: FUSES.lock, side: 'max', vi: '2 A, tác động chậm', en: '2 A, slow' },
    },
  ];
}

/** What the gate of a MOSFET would see at power-on, V: on a line pulled down nothing; on one pulled up more than it may need to conduct. */
export function gateAtBoot(pull: 'up' | 'down'): { readonly volts: number; readonly surelyOff: boolean } {
  const volts = pull === 'down' ? 0 : (PIN.volts * MOSFET.pullDown) / (MOSFET.pullDown + PIN.pullUpMin);
  return { volts, surelyOff: volts < MOSFET.thresholdMin };
}
