// Invented people for tests: card texts whose numbers cannot be issued (province 001, female of the 1900s born in 99,
// numbered from one) under names made up for the purpose.

/** A card's text as its QR code holds it. */
export function cardOf(index: number): string {
  return `${cardNumber(index)}||Nguyễn Thị Mẫu ${index}|01011999|Nữ|Số ${index}, Phố Giả Định, Hà Nội|01012022`;
}

export const cardNumber = (index: number): string => `001099${String(index).padStart(6, '0')}`;
