/** Scripts that are written without spaces between words. */
const ENDS_IN_UNSPACED_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

/**
 * The beginning of a text in the making that no later token changes: whole words, without half a character. A decoder
 * writes U+FFFD for bytes of a character that is not complete, and takes spaces back before a full stop.
 */
export function stablePrefix(text: string): string {
  const complete = text.replace(/\uFFFD+$/, '');
  if (complete === text && ENDS_IN_UNSPACED_SCRIPT.test(text)) return text;
  const space = complete.search(/\s+\S*$/);
  return space < 0 ? '' : complete.slice(0, space);
}
