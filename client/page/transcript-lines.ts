import type { Evidence } from '../../server/protocol/search.ts';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { toMomentKind } from './moments.ts';
import type { State } from './state.ts';

export interface NumberedLine {
  readonly line: Evidence;
  /** The index in `VideoResult.lines`. */
  readonly at: number;
  /** True if another person begins to speak. */
  readonly isNewSpeaker: boolean;
}

function numberLines({ lines }: VideoResult): readonly NumberedLine[] {
  let speaker: string | undefined;
  return lines.flatMap((line, at) => {
    if (line.kind === 'title') return [];
    const isNewSpeaker = line.kind === 'speech' && line.speaker !== speaker;
    if (line.kind === 'speech') speaker = line.speaker;
    return [{ line, at, isNewSpeaker }];
  });
}

const numbered = new WeakMap<VideoResult, readonly NumberedLine[]>();

/** Returns the lines of a video's transcript. The same video gives the same object. */
export function transcriptLines(video: VideoResult): readonly NumberedLine[] {
  const known = numbered.get(video) ?? numberLines(video);
  numbered.set(video, known);
  return known;
}

let last: { readonly key: readonly unknown[]; readonly lines: readonly NumberedLine[] } | undefined;

/**
 * Returns the lines of the shown kinds that have the words to find. It filters again only if something changed: a long
 * video has thousands of lines, and the player reports its time four times a second.
 */
export function visibleLines(
  { hiddenKinds, editing, transcriptQuery = '' }: State,
  video: VideoResult,
): readonly NumberedLine[] {
  const key = [video, hiddenKinds, editing?.lineIndex, transcriptQuery];
  if (last !== undefined && key.every((value, at) => value === last?.key[at])) return last.lines;
  const words = transcriptQuery.trim().toLowerCase();
  const lines = transcriptLines(video).filter(
    ({ line, at }) =>
      at === editing?.lineIndex ||
      (!hiddenKinds.includes(toMomentKind(line.kind)) &&
        (words === '' || `${line.speaker ?? ''} ${line.text}`.toLowerCase().includes(words))),
  );
  last = { key, lines };
  return lines;
}

/**
 * Returns the index of the playing line, or -1. The line with the latest start is closest to the current speech:
 * captions span their whole clip.
 */
export const playingLine = (lines: readonly NumberedLine[], nowMs: number): number =>
  lines.findLastIndex(({ line }) => line.startMs <= nowMs && nowMs < line.endMs);
