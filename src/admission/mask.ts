// What people may see of a person: masks of CONTRACT section 4.

/** `******` and the last `visible` characters; shorter numbers are hidden whole. */
export function maskNumber(number: string, visible: number): string {
  return number.length > visible ? `******${number.slice(-visible)}` : '******';
}
