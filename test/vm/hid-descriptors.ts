// Report descriptors of the scanners that the bench plugs in, item by item (Device Class Definition for HID 1.11, 6.2.2).

const bytesOf = (...items: readonly string[]): Uint8Array => Buffer.from(items.join('').replaceAll(' ', ''), 'hex');

/** HID POS bar code scanner (usage page 8C, usage 02), layout A: input report 2 of 63 bytes, feature report FE of one. */
export const POS_DESCRIPTOR = bytesOf(
  '05 8c 09 02 a1 01', // Bar Code Scanner, Collection (Application)
  '15 00 26 ff 00 75 08', // Logical 0 to 255, 8 bits each
  '85 02', // Report 2:
  '05 01 09 3b 95 01 81 02', // Byte Count
  '05 8c 09 fb 09 fc 09 fd 95 03 81 02', // Symbology Identifier 1 to 3
  '09 fe 95 38 82 02 01', // Decoded Data, 56 buffered bytes
  '95 02 81 03', // two bytes of the maker's
  '25 01 75 01 95 01 09 ff 81 02', // Decoded Data Continued, a bit ...
  '75 07 81 03', // ... padded to a byte
  '26 ff 00 75 08 85 fe 95 01 09 01 b1 02', // Report FE: Feature, one byte
  'c0',
);

/** A boot keyboard (usage page 01, usage 06): 8-byte input reports without numbers, five lights. */
export const KEYBOARD_DESCRIPTOR = bytesOf(
  '05 01 09 06 a1 01', // Generic Desktop, Keyboard, Collection (Application)
  '05 07 19 e0 29 e7', // Keys: the eight modifiers ...
  '15 00 25 01 75 01 95 08 81 02', // ... a bit each
  '95 01 75 08 81 01', // one reserved byte
  '95 05 75 01 05 08 19 01 29 05 91 02', // Output: Num, Caps, Scroll ...
  '95 01 75 03 91 01', // ... padded to a byte
  '95 06 75 08 15 00 25 65', // six keys at once
  '05 07 19 00 29 65 81 00',
  'c0',
);
