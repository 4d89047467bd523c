// What people may see of a person: masks of CONTRACT section 4.

/** `******` and the last `visible` characters; shorter numbers are hidden whole. */
export function maskNumber(number: string, visible: number): string {
  return number.length > visible ? `******${number.slice(-visible)}` : '******';
}

const HIDDEN = '**';
/** Words of this many letters or more keep their last letter too. */
const LAST_SHOWN_FROM = 4;

/**
 * Every word keeps its first letter and, where it has four or more, its last: `Nguyễn Thị Ánh` is `N**n T** Á**`. Letters are
 * counted after NFC, so that a letter with its marks is one; a name without a letter is hidden whole.
 */
export function maskName(name: string): string {
  const words = name.normalize('NFC').match(/\S+/gu) ?? [];
  return words.map(maskWord).join(' ') || HIDDEN;
}

function maskWord(word: string): string {
  const letters = Array.from(word);
  const last = letters.length >= LAST_SHOWN_FROM ? letters.at(-1) : '';
  return `${letters[0] ?? ''}${HIDDEN}${last ?? ''}`;
}
