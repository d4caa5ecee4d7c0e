/** What the name of a sidecar file says. */
export interface NameHints {
  /** BCP 47. */
  readonly language?: string;
  readonly describes: boolean;
  /** Thumbnails and other data that nobody reads. */
  readonly metadata: boolean;
}

/** Parts of names that are no language, though some are codes of one. */
const FLAGS = new Set(
  'forced sdh cc hi default auto auto-generated orig original asr captions subtitles subs sub full foreign sync'.split(
    ' ',
  ),
);

/**
 * Reads `talk.pt-BR.srt`, `talk.en.forced.vtt`, `chrome.descriptions.vtt`, `2_English.srt`. Only parts after the
 * first count, so that a video named as a language is none; `hi` is Hindi only where no other language stands.
 */
export function hintsOf(name: string): NameHints {
  const parts = name.split('.').slice(0, -1);
  const later = parts.slice(1).map((part) => part.toLowerCase());
  const candidates = parts.slice(1).reverse();
  const numbered = parts.length === 1 ? /^\d+_(.+)$/.exec(parts[0] ?? '')?.[1] : undefined;
  if (numbered !== undefined) candidates.push(numbered);
  const plain = candidates.filter((part) => !FLAGS.has(part.toLowerCase()));
  const hindi = candidates.some((part) => part.toLowerCase() === 'hi') ? 'hi' : undefined;
  return {
    language: plain.map(languageOf).find((language) => language !== undefined) ?? hindi,
    describes: later.some((part) => /^(?:(?:audio-?)?descriptions?|chapters)$/.test(part)),
    metadata: later.some((part) =>
      /^(metadata|thumbnails?|thumbs|sprites?|storyboard|telemetry)$/.test(part),
    ),
  };
}

/** BCP 47 for a tag (`pt-BR`, `pt_br`, `eng`) or an English name (`German`); undefined where it is neither. */
export function languageOf(text: string): string | undefined {
  const named = englishNames().get(text.trim().toLowerCase());
  if (named !== undefined) return named;
  const tag = text.trim().replaceAll('_', '-');
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(tag)) return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(tag);
    const primary = canonical?.split('-')[0] ?? '';
    return names.of(primary) === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
let english: Map<string, string> | undefined;

function englishNames(): ReadonlyMap<string, string> {
  if (english !== undefined) return english;
  english = new Map();
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (const first of letters) {
    for (const second of letters) {
      const code = first + second;
      const name = names.of(code)?.toLowerCase();
      if (name !== undefined && !english.has(name))
        english.set(name, Intl.getCanonicalLocales(code)[0] ?? code);
    }
  }
  return english;
}
