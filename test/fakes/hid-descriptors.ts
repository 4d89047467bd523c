// Report descriptors of HID scanners, spelled item by item: POS in the three layouts, keyboards in boot form and with report ids.

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');

/** Bar code scanner, report 2: byte count, then `body`, then the continuation bit and seven of padding. */
const pos = (body: string): Uint8Array =>
  bytes(`058c 0902 a101  0912 a102 8502 1500 26ff00 7508
    9501 0501 093b 8102  058c ${body}
    058c 09ff 7501 9501 8102 7507 8103  c0 c0`);

const AIM = '9503 09fb 09fc 09fd 8102';
const DATA = '9538 09fe 820201';
/** A: AIM identifier, data, maker's symbology, a zero byte. */
export const POS_A = pos(`${AIM} ${DATA} 0666ff 0904 9501 8102 9501 8103`);
/** B: data, five bytes of the maker's. */
export const POS_B = pos(`${DATA} 9505 8103`);
/** C: AIM identifier, data. */
export const POS_C = pos(`${AIM} ${DATA}`);

const MODIFIERS = '0507 19e0 29e7 1500 2501 7501 9508 8102';
const KEYS = '9506 7508 1500 2565 0507 1900 2965 8100';
/** As in appendix B of the HID class definition, without its LEDs. */
export const KEYBOARD_BOOT = bytes(`0501 0906 a101 ${MODIFIERS} 9501 7508 8103 ${KEYS} c0`);
/** Keyboard as report 1 (modifiers, six keys, no reserved byte), consumer keys as report 2. */
export const KEYBOARD_IDS = bytes(
  `0501 0906 a101 8501 ${MODIFIERS} ${KEYS} c0  050c 0901 a101 8502 1500 2501 09e9 09ea 7501 9502 8102 7506 9501 8103 c0`,
);
/** Every key its own bit (n-key rollover): modifiers, then usages 04 to 73. */
export const KEYBOARD_BITS = bytes(`0501 0906 a101 ${MODIFIERS} 0507 1904 2973 7501 9570 8102 c0`);
export const MOUSE = bytes('0501 0902 a101 0901 a100 0509 1901 2903 1500 2501 9503 7501 8102 9501 7505 8103 c0 c0');
