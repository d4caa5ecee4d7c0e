/** A text with a model's control tokens taken apart, so that it opens or closes no message in a prompt. */
export function escapeControlTokens(text: string, tokens: readonly string[]): string {
  return tokens.reduce(
    (escaped, token) => (token.length > 1 ? escaped.replaceAll(token, [...token].join(' ')) : escaped),
    text,
  );
}
