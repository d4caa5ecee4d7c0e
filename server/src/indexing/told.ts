import { correctRows } from '../core/correctRows.ts';
import { describeLines } from '../core/describe.ts';
import type { Description, LineKind } from '../core/description.ts';
import { byTime } from '../core/lines.ts';
import type { Stage } from '../core/recipe.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { Corrections } from './corrections.ts';

/** `Description.describer` of rows that a person alone wrote. */
const PERSON = 'a person';

/** The stage whose rows a person's own lines stand beside. */
const STAGE_OF: Readonly<Partial<Record<LineKind, Stage>>> = { caption: 'caption', screenText: 'screenText' };

/** What is known of copies and contents. */
export interface KnownVideos {
  video(videoId: string): VideoRecord | undefined;
  copiesOf(videoId: string): readonly Copy[];
}

/** All rows of a content as the stages stored them, those of its copies too. */
export async function storedRows(
  store: Pick<Store, 'descriptions'>,
  videoId: string,
  copies: readonly Copy[],
): Promise<readonly Description[]> {
  const rows = [...(await store.descriptions(videoId, ''))];
  for (const { uri } of copies) {
    rows.push(...(await store.descriptions(videoId, uri)).filter((row) => row.uri === uri));
  }
  return rows;
}

/** Rows as persons corrected them, with a row for each Clip in which a person's own lines and tags stand. */
export function toldRows(
  rows: readonly Description[],
  record: VideoRecord | undefined,
  corrections: ReturnType<Corrections['of']>,
): readonly Description[] {
  const { rows: corrected, added } = correctRows(rows, corrections);
  if (record === undefined || added.length === 0) return corrected;
  const { videoId } = record;
  const byStage = Map.groupBy(added, ({ kind }) => STAGE_OF[kind] ?? 'cues');
  const own = [...byStage].flatMap(([stage, lines]) => {
    const of = { videoId, uri: '', stage, describer: PERSON, recipe: '' } as const;
    // No stage stores a row of this id: the describer is part of it.
    return describeLines(of, record.clips, lines).map((row) => ({ ...row, id: `${row.id}.person` }));
  });
  return [...corrected, ...own];
}

/** The store as it is read for people, and as models read lines: its descriptions are corrected. What a stage stored it reads from the store itself. */
export function toldStore(store: Store, known: KnownVideos, corrections: Pick<Corrections, 'of'>): Store {
  return {
    ...store,
    async descriptions(videoId, uri, stages) {
      const list = corrections.of(videoId);
      if (list.length === 0) return store.descriptions(videoId, uri, stages);
      const rows = await storedRows(store, videoId, known.copiesOf(videoId));
      return toldRows(rows, known.video(videoId), list)
        .filter((row) => row.uri === '' || row.uri === uri)
        .filter((row) => stages?.includes(row.stage) ?? true)
        .sort(byTime);
    },
  };
}
