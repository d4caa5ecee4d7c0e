/** A text with a model's control tokens taken apart, so that it opens or closes no message in a prompt. */
export function withoutControl(text: string, tokens: readonly string[]): string {
  return tokens.reduce(
    (safe, token) => (token.length > 1 ? safe.replaceAll(token, [...token].join(' ')) : safe),
    text,
  );
}
