/** A line that may say who speaks. */
export interface Spoken {
  readonly text: string;
  readonly speaker?: string;
}

/** Words before a colon that are not names. */
const NOT_NAMES = new Set(
  (
    'note notes warning warnings caution example examples tip tips question questions answer answers step steps chapter ' +
    'part section figure table summary update edit todo hint result results output input error info important remember ' +
    'definition theorem lemma proof exercise problem solution option options http https file time date today tomorrow ' +
    'q a ps fyi music narration translation subtitles captions title url email first second third finally next so and ' +
    'but because remember think here there this that now then ok okay yes no well look listen'
  ).split(' '),
);

const TURN = /^(?:>{1,3}|»|[-–—•])\s*/;
const NAMED =
  /^[[(]?([\p{Lu}\p{Lo}][\p{L}\p{M}\p{N}.'’_-]*(?: [\p{Lu}\p{Lo}\p{N}][\p{L}\p{M}\p{N}.'’_-]*){0,3})(?: ?\([^)]{1,30}\))?[\])]?\s?[:：](?!\/\/)\s*(?=\S)/u;

/**
 * Takes `Ana: `, `>> ANA:` and `[Ana]:` off the beginnings of lines. A name in a script without capitals counts only
 * where it begins two lines of the track, for any words may stand before a colon there.
 */
export function withSpeakers(tracks: readonly (readonly Spoken[])[]): readonly (readonly Spoken[])[] {
  const counts = new Map<string, number>();
  for (const { text, speaker } of tracks.flat()) {
    const name = speaker === undefined ? nameIn(text)?.name : undefined;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return tracks.map((lines) =>
    lines.map((line) => {
      const bare = line.text.replace(TURN, '') || line.text;
      const found = line.speaker === undefined ? nameIn(line.text) : undefined;
      if (found === undefined) return { ...line, text: bare };
      const cased = /^\p{Lu}/u.test(found.name);
      if (!cased && (counts.get(found.name) ?? 0) < 2) return { ...line, text: bare };
      return { text: found.rest, speaker: found.name };
    }),
  );
}

function nameIn(text: string): { readonly name: string; readonly rest: string } | undefined {
  const bare = text.replace(TURN, '');
  const match = NAMED.exec(bare);
  const name = match?.[1];
  if (match === null || name === undefined || name.length > 40) return undefined;
  if (NOT_NAMES.has((name.split(' ')[0] ?? '').toLowerCase())) return undefined;
  if (/^\d/.test(bare.slice(match[0].length)) && /\d$/.test(name)) return undefined;
  return { name, rest: bare.slice(match[0].length) };
}
