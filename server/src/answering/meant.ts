import { narrowed, satisfies } from '../core/demands.ts';
import type { Line } from '../core/description.ts';
import { fuse, type Look, meaningOf, type Near, windowsOf } from '../core/fuse.ts';
import type { Moment } from '../core/moment.ts';
import type { Passage } from '../core/passage.ts';
import type { Query } from '../core/query.ts';
import type { Question } from '../core/question.ts';
import type { Scored } from '../core/rescore.ts';
import type { Store } from '../ports/store.ts';
import { type Names, namedAs } from './names.ts';

export interface Meant {
  readonly query: Query;
  readonly question: Question;
  readonly languages: readonly string[];
  readonly names: Names;
  /** Lines that the scope's kinds and `speaker:` leave; undefined where neither narrows anything. */
  readonly keep: ((line: Line) => boolean) | undefined;
  /** What the words found, best first. */
  readonly words: readonly Scored[];
  readonly near: readonly Near[];
  readonly looks: readonly Look[];
  /** Where in a hit to seek to. */
  readonly locate: (hit: Scored) => Moment | undefined;
}

/** A picture shows what `shown:` asks for, in whatever words; all else that is demanded must stand there. */
function forPictures(query: Query): Query {
  return {
    ...query,
    demands: query.demands.filter(({ phrase, kinds }) => phrase || !kinds?.includes('caption')),
  };
}

/** What words found, joined with what means the same and looks like it, as far as query and scope let it through. */
export async function withMeaning(store: Store, meant: Meant): Promise<readonly Scored[]> {
  const { query, languages, names, keep, words, near, looks } = meant;
  if (near.length === 0 && looks.length === 0) return words;
  const known = new Map(words.map(({ passage }) => [passage.id, passage]));
  const windows = new Map([...near, ...looks].map((piece) => [piece, windowsOf(piece)]));
  const ids = new Set([...windows.values()].flat().filter((id) => !known.has(id)));
  const fetched = new Map((await store.passagesOf([...ids])).map((passage) => [passage.id, passage]));
  const title = ({ videoId, uri }: Pick<Passage, 'videoId' | 'uri'>) =>
    namedAs(names, videoId, uri)?.title ?? '';

  const pieces = new Map<Passage, Near[]>();
  const put = (passage: Passage, piece: Near) => {
    const held = pieces.get(passage);
    if (held) held.push(piece);
    else pieces.set(passage, [piece]);
  };
  for (const piece of near) {
    const own = windows.get(piece) ?? [];
    const there = own.flatMap((id) => known.get(id) ?? []);
    if (there.length > 0) for (const passage of there) put(passage, piece);
    else for (const passage of own.flatMap((id) => fetched.get(id) ?? []).slice(0, 1)) put(passage, piece);
  }
  const meanings = [...pieces].flatMap(([whole, held]) => {
    const passage = known.has(whole.id) || !keep ? whole : narrowed(whole, keep);
    if (!known.has(whole.id) && !satisfies(query, passage, title(whole), languages)) return [];
    const meaning = meaningOf(passage, held);
    return meaning ? [{ passage, meaning }] : [];
  });
  const seen = looks.flatMap((look) => {
    if (keep && !keep(look.line)) return [];
    const ids = windows.get(look) ?? [];
    const beside = ids.flatMap((id) => known.get(id) ?? fetched.get(id) ?? []).flatMap(({ lines }) => lines);
    const { startMs, endMs } = look;
    const passage = {
      id: '',
      videoId: look.videoId,
      uri: look.uri,
      startMs,
      endMs,
      terms: '',
      lines: beside,
    };
    return satisfies(forPictures(query), passage, title(passage), languages) ? [{ look, beside }] : [];
  });
  return fuse(meant.question, words, meanings, seen, meant.locate);
}
