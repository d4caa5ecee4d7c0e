/**
 * Quotes an argument for the shell with which Windows runs a `.cmd` file. A file name may contain `&` or `|`, which
 * would start another command. Throws if the argument contains a quotation mark; valid paths and URIs have none.
 */
export function shellWord(word: string): string {
  if (word.includes('"'))
    throw new Error(`${word} contains a quotation mark, so it cannot be passed to a command.`);
  return `"${word}"`;
}
