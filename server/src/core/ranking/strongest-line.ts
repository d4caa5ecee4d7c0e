import type { HitLine } from '../../../protocol/search.ts';

/** Names and measurements describe a whole video. They stand for a moment only if nothing else in it matches. */
const WEAK_KINDS: ReadonlySet<HitLine['kind']> = new Set(['title', 'facts']);

/**
 * Returns the line that stands for a hit where there is room for one: with most matching words, rather said or shown than
 * named, the first of equals. Returns undefined if there are no lines.
 */
export function findStrongestLine(lines: readonly HitLine[]): HitLine | undefined {
  let strongest: HitLine | undefined;
  for (const line of lines)
    if (strongest === undefined || strengthOf(line) > strengthOf(strongest)) strongest = line;
  return strongest;
}

function strengthOf({ kind, matches = [] }: HitLine): number {
  return matches.length === 0 || WEAK_KINDS.has(kind) ? Math.min(0.5, matches.length / 100) : matches.length;
}
