/**
 * One word of a command for the shell that Windows starts a `.cmd` with: a file's name may hold `&` or `|`, which would
 * begin a command of their own. Addresses and paths hold no quotation mark; one that does is refused.
 */
export function shellWord(word: string): string {
  if (word.includes('"')) throw new Error(`${word} cannot be given to a command.`);
  return `"${word}"`;
}
