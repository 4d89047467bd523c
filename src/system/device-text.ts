// Texts that a device says of itself: its name, its serial number. The kernel passes them on as they are; people read them in a
// terminal, where a control character would command it.

const UNSHOWN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The text with `?` for what does not show as itself: control, format and line-separating characters. */
export const deviceText = (text: string): string => text.replaceAll(UNSHOWN, '?');
