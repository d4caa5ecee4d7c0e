const displayNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
let codesByName: ReadonlyMap<string, string> | undefined;

/** Returns the English name of a language code; undefined if the code is unknown. */
export function toEnglishName(code: string): string | undefined {
  return displayNames.of(code);
}

/** Returns the two-letter code of an English name in lower case, `german` -> `de`; undefined for others. */
export function findLanguageCode(englishName: string): string | undefined {
  codesByName ??= readCodesByName();
  return codesByName.get(englishName);
}

function readCodesByName(): ReadonlyMap<string, string> {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const codes = new Map<string, string>();
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = toEnglishName(code)?.toLowerCase();
    if (name !== undefined && !codes.has(name)) codes.set(name, code);
  }
  return codes;
}
