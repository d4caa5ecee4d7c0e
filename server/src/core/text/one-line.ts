/**
 * Returns untrusted text on one line, without control characters and without characters that change the
 * writing direction.
 */
export function toOneLine(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
