// Collects the translatable texts of the extension. Texts of the manifest have keys; texts of the code are their own keys.

export type Texts = Readonly<Record<string, string>>;

/** Collects texts by key. `put` returns the placeholder of a text for the manifest. */
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

/** Extracts every text passed to `l10n.t`, in VS Code's bundle format. Throws if one is not a plain string. */
export function extractTexts(sources: readonly string[]): Texts {
  const texts: Record<string, string> = {};
  for (const source of sources) {
    const calls = [...source.matchAll(TRANSLATE_CALL)].map(([, , raw = '']) => raw.replace(/\\(.)/g, '$1'));
    if (calls.length !== [...source.matchAll(/\bl10n\.t\(/g)].length)
      throw new Error('A text passed to l10n.t is not a plain string, so it cannot be translated.');
    for (const text of calls) texts[text] = text;
  }
  return texts;
}
