// Texts of the extension that can be translated: those of the manifest by key, those of the code by themselves.

export type Texts = Readonly<Record<string, string>>;

/** Gathers texts under keys; `put` returns what stands in the manifest for one. */
export function createTextCollector(): { put(key: string, text: string): string; all(): Texts } {
  const texts: Record<string, string> = {};
  return {
    put(key, text) {
      texts[key] = text;
      return `%${key}%`;
    },
    all: () => texts,
  };
}

const TRANSLATE_CALL = /\bl10n\.t\(\s*(['"])((?:\\.|(?!\1)[^\\])*)\1/g;

/** Every text that sources give to `l10n.t`, as a bundle of VS Code has it. Throws where one is no plain string. */
export function extractTexts(sources: readonly string[]): Texts {
  const texts: Record<string, string> = {};
  for (const source of sources) {
    const calls = [...source.matchAll(TRANSLATE_CALL)].map(([, , raw = '']) => raw.replace(/\\(.)/g, '$1'));
    if (calls.length !== [...source.matchAll(/\bl10n\.t\(/g)].length)
      throw new Error('A text given to l10n.t is no plain string: translators could not be given it.');
    for (const text of calls) texts[text] = text;
  }
  return texts;
}
