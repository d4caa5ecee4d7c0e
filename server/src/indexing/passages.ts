import { describeLines } from '../core/describe.ts';
import type { Description, Line } from '../core/description.ts';
import { hashText } from '../core/hash.ts';
import { outline } from '../core/outline.ts';
import { PASSAGES_VERSION, passages } from '../core/passages.ts';
import { STAGES, type Stage } from '../core/recipe.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { Corrections } from './corrections.ts';
import type { StageRunner } from './stage.ts';
import { storedRows, toldRows } from './told.ts';

/**
 * Derives what is searched from all that the other stages stored and what persons corrected: Passages of the content
 * and of each path, an Outline for each copy. Also cuts rows anew whose Clips have got other edges since; those stay
 * as the stages made them.
 */
export function passagesStage(
  store: Store,
  copiesOf: (videoId: string) => readonly Copy[],
  corrections: Pick<Corrections, 'of' | 'revision'>,
): StageRunner {
  return {
    plan: {
      stage: 'passages',
      lane: 'fast',
      after: [],
      derived: true,
      content: (record, copies) => recipeOf(record, copies, corrections.revision(record.videoId)),
    },
    async run({ record }, _onShare, signal) {
      if (record === undefined) return {};
      const { videoId } = record;
      const copies = copiesOf(videoId).filter((copy) => !copy.forgotten);
      const stored = await storedRows(store, videoId, copies);
      // Forgotten meanwhile, the rows are gone: nothing derived from that may count as done.
      signal.throwIfAborted();
      const told = toldRows(stored, record, corrections.of(videoId));
      const recut = ['', ...copies.map((copy) => copy.uri)].flatMap((uri) =>
        cutAnew(
          record,
          stored.filter((row) => row.uri === uri),
        ),
      );
      const chapters = record.probe.chapters.map(chapterLine);
      const shared = [...told.filter((row) => row.uri === ''), { lines: chapters }];
      const places = [{ videoId, uri: '', rows: passages({ videoId, uri: '', rows: shared }) }];
      const outlines = [];
      for (const copy of copies) {
        signal.throwIfAborted();
        const own = told.filter((row) => row.uri === copy.uri);
        places.push({ videoId, uri: copy.uri, rows: passages({ videoId, uri: copy.uri, rows: own }) });
        outlines.push(outline(copy, record, [...shared, ...own]));
      }
      return { recut, passages: places, outlines };
    },
  };
}

/** Itself, vectors, which lie beside the Passages, and summaries, which are no source. */
const UNUSED: ReadonlySet<Stage> = new Set(['embed', 'embedFrames', 'passages', 'summary']);

/** Everything that Passages and Outlines are made of: what was done for the content, for whom, and what was corrected. */
function recipeOf(record: VideoRecord, copies: readonly Copy[], revision: string): string {
  const done = (of: VideoRecord['done']) =>
    STAGES.filter((stage) => !UNUSED.has(stage)).map((stage) => of[stage] ?? '');
  const edges = record.clips.map((clip) => clip.endMs);
  const paths = copies.map((copy) => [copy.uri, copy.recordedMs, ...done(copy.done)]);
  return `${PASSAGES_VERSION} ${hashText(JSON.stringify([done(record.done), edges, paths, ...(revision ? [revision] : [])]))}`;
}

/** Lines of rows whose range is no Clip any longer, put into the Clips that there are. Facts and summaries are never cut. */
function cutAnew(record: VideoRecord, rows: readonly Description[]) {
  const edges = new Set(record.clips.map((clip) => `${clip.startMs}-${clip.endMs}`));
  const byStage = new Map<Stage, Description[]>();
  for (const row of rows) byStage.set(row.stage, [...(byStage.get(row.stage) ?? []), row]);
  return [...byStage].flatMap(([stage, held]) => {
    const first = held[0];
    const stale = held.some((row) => !edges.has(`${row.startMs}-${row.endMs}`));
    if (first === undefined || stage === 'summary' || !stale) return [];
    if (held.some((row) => row.facts !== undefined)) return [];
    const { videoId, uri } = first;
    return [
      {
        videoId,
        uri,
        stage,
        rows: describeLines(
          first,
          record.clips,
          held.flatMap((row) => row.lines),
        ),
      },
    ];
  });
}

function chapterLine(chapter: VideoRecord['probe']['chapters'][number]): Line {
  const { startMs, endMs, title } = chapter;
  return { startMs, endMs, text: title, kind: 'title', source: 'chapter' };
}
