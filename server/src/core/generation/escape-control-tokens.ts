/** Splits a model's control tokens in a text, so that the text cannot open or close a message in a prompt. */
export function escapeControlTokens(text: string, tokens: readonly string[]): string {
  return tokens.reduce(
    (escaped, token) => (token.length > 1 ? escaped.replaceAll(token, [...token].join(' ')) : escaped),
    text,
  );
}
