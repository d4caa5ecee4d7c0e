import { runInSlices } from '../../base/slices.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import { STAGES, type Stage } from '../../core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import { buildOutline } from '../../core/ranking/build-outline.ts';
import { buildPassages, PASSAGES_VERSION } from '../../core/ranking/build-passages.ts';
import { hashText } from '../../core/text/hash-text.ts';
import type { Store } from '../../ports/store.ts';
import { applyRowCorrections, loadStoredRows } from '../corrected-store.ts';
import type { Corrections } from '../corrections.ts';
import type { StageRunner } from './stage-runner.ts';

/**
 * Creates the stage that derives the search index from stored rows and user corrections: passages of the
 * content and of each path, and an outline per copy. It also regroups rows whose clips have new edges,
 * without corrections.
 */
export function createPassagesStage(
  store: Pick<Store, 'allDescriptions'>,
  copiesOf: (videoId: string) => readonly VideoFile[],
  corrections: Pick<Corrections, 'forVideo' | 'revision' | 'knownVoices' | 'knownVoicesRevision'>,
): StageRunner {
  return {
    plan: {
      stage: 'passages',
      lane: 'fast',
      after: [],
      derived: true,
      content: (record, copies) => toPassagesFingerprint(record, copies, corrections),
    },
    async run({ record }, _onShare, signal) {
      if (record === undefined) return {};
      const { videoId } = record;
      const copies = copiesOf(videoId).filter((copy) => !copy.forgotten);
      const storedRows = await loadStoredRows(store, videoId, copies);
      // If the content was forgotten meanwhile, its rows are gone and the result must not count as done.
      signal.throwIfAborted();
      const correctedDescriptions = applyRowCorrections(
        storedRows,
        record,
        corrections.forVideo(videoId),
        corrections.knownVoices(),
      );
      const recutRows = ['', ...copies.map((copy) => copy.uri)].flatMap((uri) =>
        recutDescriptions(
          record,
          storedRows.filter((row) => row.uri === uri),
        ),
      );
      const chapters = record.probe.chapters.map(chapterLine);
      const contentRows = [...correctedDescriptions.filter((row) => row.uri === ''), { lines: chapters }];
      const passageRows = [
        {
          videoId,
          uri: '',
          rows: await runInSlices(buildPassages({ videoId, uri: '', rows: contentRows }), signal),
        },
      ];
      const outlines = [];
      for (const copy of copies) {
        signal.throwIfAborted();
        const copyRows = correctedDescriptions.filter((row) => row.uri === copy.uri);
        passageRows.push({
          videoId,
          uri: copy.uri,
          rows: await runInSlices(buildPassages({ videoId, uri: copy.uri, rows: copyRows }), signal),
        });
        outlines.push(await runInSlices(buildOutline(copy, record, [...contentRows, ...copyRows]), signal));
      }
      return { recutRows, passages: passageRows, outlines };
    },
  };
}

/**
 * Stages that passages do not depend on: passages themselves, vectors (stored separately), speech spans
 * (without words), summaries (not a source), and voices (a part of their own, so that videos without them keep their recipe).
 */
const UNUSED_STAGES: ReadonlySet<Stage> = new Set([
  'voice',
  'embed',
  'embedFrames',
  'passages',
  'summary',
  'speakers',
]);

/** Returns what passages and outlines depend on: completed stages, copies and corrections. */
function toPassagesFingerprint(
  record: VideoRecord,
  copies: readonly VideoFile[],
  corrections: Pick<Corrections, 'revision' | 'knownVoicesRevision'>,
): string {
  const doneRecipes = (doneStages: VideoRecord['done']) =>
    STAGES.filter((stage) => !UNUSED_STAGES.has(stage)).map((stage) => doneStages[stage] ?? '');
  const revision = corrections.revision(record.videoId);
  const { speakers } = record.done;
  const voices = speakers === undefined ? [] : [`${speakers} ${corrections.knownVoicesRevision()}`];
  const edges = record.clips.map((clip) => clip.endMs);
  const paths = copies.map((copy) => [copy.uri, copy.recordedMs, ...doneRecipes(copy.done)]);
  return `${PASSAGES_VERSION} ${hashText(JSON.stringify([doneRecipes(record.done), edges, paths, ...(revision ? [revision] : []), ...voices]))}`;
}

/** Stages whose only row covers the whole video. */
const WHOLE_VIDEO_STAGES: ReadonlySet<Stage> = new Set(['summary', 'speakers']);

/** Regroups rows whose range is no longer a clip. Facts and summaries are never split. */
function recutDescriptions(record: VideoRecord, rows: readonly Description[]) {
  const edges = new Set(record.clips.map((clip) => `${clip.startMs}-${clip.endMs}`));
  return [...Map.groupBy(rows, ({ stage }) => stage)].flatMap(([stage, stageRows]) => {
    const first = stageRows[0];
    const hasStaleRow = stageRows.some((row) => !edges.has(`${row.startMs}-${row.endMs}`));
    if (first === undefined || WHOLE_VIDEO_STAGES.has(stage) || !hasStaleRow) return [];
    if (stageRows.some((row) => row.facts !== undefined)) return [];
    const { videoId, uri } = first;
    return [
      {
        videoId,
        uri,
        stage,
        rows: groupLinesByClip(
          first,
          record.clips,
          stageRows.flatMap((row) => row.lines),
        ),
      },
    ];
  });
}

function chapterLine(chapter: VideoRecord['probe']['chapters'][number]): Line {
  const { startMs, endMs, title } = chapter;
  return { startMs, endMs, text: title, kind: 'title', source: 'chapter' };
}
