import { describeLines } from '../core/describe.ts';
import type { Description, Line } from '../core/description.ts';
import { hashText } from '../core/hash.ts';
import { outline } from '../core/outline.ts';
import { PASSAGES_VERSION, passages } from '../core/passages.ts';
import { STAGES, type Stage } from '../core/recipe.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { StageRunner } from './stage.ts';

/**
 * Derives what is searched from all that the other stages stored: Passages of the content and of each path, an
 * Outline for each copy. Also cuts rows anew whose Clips have got other edges since.
 */
export function passagesStage(store: Store, copiesOf: (videoId: string) => readonly Copy[]): StageRunner {
  return {
    plan: { stage: 'passages', lane: 'fast', after: [], derived: true, content: recipeOf },
    async run({ record }, _onShare, signal) {
      if (record === undefined) return {};
      const { videoId } = record;
      const content = await store.descriptions(videoId, '');
      const recut = cutAnew(record, content);
      const chapters = record.probe.chapters.map(chapterLine);
      const shared = [...content, { lines: chapters }];
      const places = [{ videoId, uri: '', rows: passages({ videoId, uri: '', rows: shared }) }];
      const outlines = [];
      for (const copy of copiesOf(videoId)) {
        signal.throwIfAborted();
        if (copy.forgotten) continue;
        const own = (await store.descriptions(videoId, copy.uri)).filter((row) => row.uri === copy.uri);
        recut.push(...cutAnew(record, own));
        places.push({ videoId, uri: copy.uri, rows: passages({ videoId, uri: copy.uri, rows: own }) });
        outlines.push(outline(copy, record, [...shared, ...own]));
      }
      return { recut, passages: places, outlines };
    },
  };
}

/** Itself, and what lies beside the Passages. */
const UNUSED: ReadonlySet<Stage> = new Set(['embed', 'embedFrames', 'passages', 'summary']);

/** Everything that Passages and Outlines are made of: what was done for the content, and for whom. */
function recipeOf(record: VideoRecord, copies: readonly Copy[]): string {
  const done = (of: VideoRecord['done']) =>
    STAGES.filter((stage) => !UNUSED.has(stage)).map((stage) => of[stage] ?? '');
  const edges = record.clips.map((clip) => clip.endMs);
  const paths = copies.map((copy) => [copy.uri, copy.recordedMs, ...done(copy.done)]);
  return `${PASSAGES_VERSION} ${hashText(JSON.stringify([done(record.done), edges, paths]))}`;
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
