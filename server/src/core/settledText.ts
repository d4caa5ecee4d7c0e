/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

/**
 * The beginning of a text in the making that no later token changes: whole words, without half a character. A decoder
 * writes U+FFFD for bytes of a character that is not complete, and takes spaces back before a full stop.
 */
export function settledText(text: string): string {
  const whole = text.replace(/\uFFFD+$/, '');
  if (whole === text && UNSPACED.test(text)) return text;
  const space = whole.search(/\s+\S*$/);
  return space < 0 ? '' : whole.slice(0, space);
}
