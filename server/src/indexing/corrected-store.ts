import { applyCorrections } from '../core/corrections/apply-corrections.ts';
import type { Description, LineKind } from '../core/domain/description.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { compareByTime } from '../core/language/lines.ts';
import { groupLinesByClip } from '../core/pipeline/group-lines-by-clip.ts';
import type { Store } from '../ports/store.ts';
import type { Corrections } from './corrections.ts';

/** `Description.describer` of rows that a person alone wrote. */
const PERSON_DESCRIBER = 'a person';

/** The stage whose rows a person's own lines stand beside. */
const STAGE_BY_KIND: Readonly<Partial<Record<LineKind, Stage>>> = {
  caption: 'caption',
  screenText: 'screenText',
};

/** What is known of copies and contents. */
export interface VideoLookup {
  video(videoId: string): VideoRecord | undefined;
  copiesOf(videoId: string): readonly VideoFile[];
}

/** All rows of a content as the stages stored them, those of its copies too. */
export async function loadStoredRows(
  store: Pick<Store, 'descriptions'>,
  videoId: string,
  copies: readonly VideoFile[],
): Promise<readonly Description[]> {
  const rows = [...(await store.descriptions(videoId, ''))];
  for (const { uri } of copies) {
    rows.push(...(await store.descriptions(videoId, uri)).filter((row) => row.uri === uri));
  }
  return rows;
}

/** Rows as persons corrected them, with a row for each Clip in which a person's own lines and tags stand. */
export function correctedRows(
  rows: readonly Description[],
  record: VideoRecord | undefined,
  corrections: ReturnType<Corrections['forVideo']>,
): readonly Description[] {
  const { rows: corrected, added } = applyCorrections(rows, corrections);
  if (record === undefined || added.length === 0) return corrected;
  const { videoId } = record;
  const byStage = Map.groupBy(added, ({ kind }) => STAGE_BY_KIND[kind] ?? 'cues');
  const personRows = [...byStage].flatMap(([stage, lines]) => {
    const base = { videoId, uri: '', stage, describer: PERSON_DESCRIBER, recipe: '' } as const;
    // No stage stores a row of this id: the describer is part of it.
    return groupLinesByClip(base, record.clips, lines).map((row) => ({ ...row, id: `${row.id}.person` }));
  });
  return [...corrected, ...personRows];
}

/** The store as it is read for people, and as models read lines: its descriptions are corrected. What a stage stored it reads from the store itself. */
export function correctedStore(
  store: Store,
  videos: VideoLookup,
  corrections: Pick<Corrections, 'forVideo'>,
): Store {
  return {
    ...store,
    async descriptions(videoId, uri, stages) {
      const videoCorrections = corrections.forVideo(videoId);
      if (videoCorrections.length === 0) return store.descriptions(videoId, uri, stages);
      const rows = await loadStoredRows(store, videoId, videos.copiesOf(videoId));
      return correctedRows(rows, videos.video(videoId), videoCorrections)
        .filter((row) => row.uri === '' || row.uri === uri)
        .filter((row) => stages?.includes(row.stage) ?? true)
        .sort(compareByTime);
    },
  };
}
