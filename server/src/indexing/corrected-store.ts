import { applyCorrections } from '../core/corrections/apply-corrections.ts';
import type { Correction } from '../core/corrections/correction.ts';
import type { Description, LineKind } from '../core/domain/description.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { StoredVoice } from '../core/domain/voice.ts';
import { compareByTime } from '../core/language/lines.ts';
import { groupLinesByClip } from '../core/pipeline/group-lines-by-clip.ts';
import { assignVoices, type KnownVoice, nameVoices } from '../core/speakers/assign-voices.ts';
import type { Store } from '../ports/store.ts';
import type { Corrections } from './corrections.ts';

/** Value of `Description.describer` for rows written by the user. */
const PERSON_DESCRIBER = 'a person';

/** Maps the kind of a user's line to the stage it is shown with. */
const STAGE_BY_KIND: Readonly<Partial<Record<LineKind, Stage>>> = {
  caption: 'caption',
  screenText: 'screenText',
};

/** Looks up contents and their copies. */
export interface VideoLookup {
  video(videoId: string): VideoRecord | undefined;
  copiesOf(videoId: string): readonly VideoFile[];
}

/** Loads all rows of a content and of its copies as the stages stored them. */
export async function loadStoredRows(
  store: Pick<Store, 'allDescriptions'>,
  videoId: string,
  copies: readonly VideoFile[],
): Promise<readonly Description[]> {
  const rows = await store.allDescriptions(videoId);
  const rowsByUri = Map.groupBy(rows, ({ uri }) => uri);
  return ['', ...copies.map(({ uri }) => uri)].flatMap((uri) => rowsByUri.get(uri) ?? []);
}

/** Returns the voices that the stage `speakers` found. */
export function listVoices(rows: readonly Description[]): readonly StoredVoice[] {
  return rows.flatMap(({ voices = [] }) => voices);
}

/** Gives lines of speech the voices that say them. */
function applyVoices(
  rows: readonly Description[],
  corrections: readonly Correction[],
  knownVoices: readonly KnownVoice[],
): readonly Description[] {
  const voices = listVoices(rows);
  if (voices.length === 0) return rows;
  const speakerCorrections = corrections.filter((correction) => correction.change === 'speaker');
  const names = nameVoices(voices, speakerCorrections, knownVoices);
  const namesNobody = speakerCorrections.some(({ was, voice }) => was === '' && voice === undefined);
  return assignVoices(rows, voices, names, namesNobody);
}

/**
 * Returns rows with voices and corrections applied, plus a row for each clip that contains the user's own lines and
 * tags.
 */
export function applyRowCorrections(
  rows: readonly Description[],
  record: VideoRecord | undefined,
  corrections: ReturnType<Corrections['forVideo']>,
  knownVoices: ReturnType<Corrections['knownVoices']>,
): readonly Description[] {
  const voicedRows = applyVoices(rows, corrections, knownVoices);
  const { rows: correctedDescriptions, added } = applyCorrections(voicedRows, corrections);
  if (record === undefined || added.length === 0) return correctedDescriptions;
  const { videoId } = record;
  const byStage = Map.groupBy(added, ({ kind }) => STAGE_BY_KIND[kind] ?? 'cues');
  const personRows = [...byStage].flatMap(([stage, lines]) => {
    const base = { videoId, uri: '', stage, describer: PERSON_DESCRIBER, recipe: '' } as const;
    // The id includes the describer, so no stage stores a row with the same id.
    return groupLinesByClip(base, record.clips, lines).map((row) => ({ ...row, id: `${row.id}.person` }));
  });
  return [...correctedDescriptions, ...personRows];
}

/**
 * Wraps the store so that reads return descriptions with user corrections applied. Use it for everything
 * shown to people or put into prompts. Stages that need their own raw output read the plain store.
 */
export function withCorrections(
  store: Store,
  videos: VideoLookup,
  corrections: Pick<Corrections, 'forVideo' | 'knownVoices'>,
): Store {
  return {
    ...store,
    async descriptions(videoId, uri, stages) {
      const videoCorrections = corrections.forVideo(videoId);
      const hasVoices = videos.video(videoId)?.done.speakers !== undefined;
      if (videoCorrections.length === 0 && !hasVoices) return store.descriptions(videoId, uri, stages);
      const rows = await loadStoredRows(store, videoId, videos.copiesOf(videoId));
      return applyRowCorrections(rows, videos.video(videoId), videoCorrections, corrections.knownVoices())
        .filter((row) => row.uri === '' || row.uri === uri)
        .filter((row) => stages?.includes(row.stage) ?? true)
        .sort(compareByTime);
    },
  };
}
