/** Returns the letter of an option: 0 -> A. */
export const toOptionLetter = (index: number): string => String.fromCharCode(65 + index);
