import type { CorrectionsResult } from '../../protocol/corrections.ts';
import { withLine, withoutCorrection, withSpeaker, withTag } from '../core/changeCorrections.ts';
import { clock } from '../core/clock.ts';
import { isCorrectable } from '../core/correctable.ts';
import type { Correction } from '../core/correction.ts';
import type { Line } from '../core/description.ts';
import type { Ms, TimeRange, Uri } from '../core/range.ts';
import type { Copy } from '../core/video.ts';
import type { Corrections } from '../indexing/corrections.ts';
import { storedRows } from '../indexing/told.ts';
import { type Library, RequestError } from '../library.ts';
import type { Store } from '../ports/store.ts';
import { linesOf, type Shelves, unknownVideo } from './videos.ts';

/** Corrections of one video at most: each is looked at whenever its lines are read. */
const MOST = 5_000;

interface Correcting extends Shelves {
  readonly store: Store;
  readonly corrections: Corrections;
  /** Milliseconds since 1970. */
  readonly now: () => Ms;
}

type Acts = Pick<Library, 'corrections' | 'correctLine' | 'nameSpeaker' | 'tag' | 'uncorrect'>;

/** What persons may correct. Each act is durable, and searchable, once it resolves. */
export function correctionActs(shelf: Correcting): Acts {
  const { catalogue, corrections, scheduler, store, told, now } = shelf;

  function copyOf(uri: Uri): Copy {
    const copy = catalogue.copy(uri);
    if (copy === undefined || copy.forgotten || copy.videoId === '') throw unknownVideo(uri);
    return copy;
  }

  async function change(
    uri: Uri,
    work: (
      before: readonly Correction[],
      copy: Copy,
    ) => Promise<readonly Correction[]> | readonly Correction[],
  ): Promise<CorrectionsResult> {
    const copy = copyOf(uri);
    const { videoId } = copy;
    const after = await corrections.change(videoId, async (before) => {
      const next = await work(before, copy);
      if (next.length > Math.max(MOST, before.length)) throw tooMany(copy);
      return next;
    });
    await scheduler.derive(videoId);
    return { videoId, corrections: after };
  }

  return {
    corrections(uri) {
      const { videoId } = copyOf(uri);
      return { videoId, corrections: corrections.of(videoId) };
    },
    correctLine: ({ uri, kind, startMs, was, text, speaker }) =>
      change(uri, async (before, copy) => {
        const lines = linesOf(await told.descriptions(copy.videoId, uri));
        const line = lineAt(
          lines.filter((one) => one.kind === kind && (was === undefined || one.text === was)),
          startMs,
        );
        const cleaned = {
          ...(text !== undefined && { text: cleanText(text) }),
          ...(speaker !== undefined && { speaker: cleanName(speaker) }),
        };
        const after = line && withLine(before, line, cleaned, now());
        if (after === undefined) throw noLine(copy, startMs, was);
        return after;
      }),
    nameSpeaker: ({ uri, from, to }) =>
      change(uri, async (before, copy) => {
        const name = cleanName(to);
        if (name === '') throw empty('name', 'Say who speaks.', uri);
        const rows = await storedRows(store, copy.videoId, catalogue.copiesOf(copy.videoId));
        const spoken = rows.flatMap((row) => row.lines).filter((line) => line.kind === 'speech');
        const labels = new Set(spoken.map((line) => line.speaker ?? ''));
        const after = withSpeaker(before, labels, from, name, now());
        if (after === undefined) throw noSpeaker(copy, from);
        return after;
      }),
    tag: ({ uri, startMs, endMs, tag }) =>
      change(uri, (before, copy) => {
        const words = cleanName(tag);
        if (words === '') throw empty('tag', 'Give it in a few words.', uri);
        return withTag(before, rangeIn(copy, { startMs, endMs }), words, now());
      }),
    uncorrect: ({ uri, id }) =>
      change(uri, (before, copy) => {
        const after = withoutCorrection(before, id);
        if (after.length === before.length) throw noCorrection(copy);
        return after;
      }),
  };

  /** The range cut to the video. */
  function rangeIn({ uri, path, videoId }: Copy, { startMs, endMs }: TimeRange): TimeRange {
    const lastMs = catalogue.video(videoId)?.probe.durationMs ?? 0;
    const range = { startMs, endMs: Math.min(endMs, lastMs) };
    if (range.endMs > range.startMs) return range;
    throw new RequestError(
      'invalid',
      `${path} lasts ${lastMs} ms and has nothing from ${startMs} to ${endMs} ms.`,
      'Give a start before its end, and an end after the start.',
      uri,
    );
  }
}

/** The line that begins there, else the one that holds the time and began last. */
function lineAt(lines: readonly Line[], startMs: Ms): Line | undefined {
  const here = lines.filter((line) => isCorrectable(line.kind));
  return (
    here.find((line) => line.startMs === startMs) ??
    here.findLast((line) => line.startMs <= startMs && startMs < line.endMs)
  );
}

/** No control characters but line breaks, which text on a screen has. */
function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim();
}

function cleanName(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ');
}

function noLine({ uri, path }: Copy, startMs: Ms, was: string | undefined): RequestError {
  const reads = was === undefined ? '' : ' that reads so';
  return new RequestError(
    'notFound',
    `${path} has no such line${reads} at ${clock(startMs)}.`,
    'Look at the video again: it may have been indexed or corrected meanwhile.',
    uri,
  );
}

function noSpeaker({ uri, path }: Copy, from: string): RequestError {
  const who = from === '' ? 'no line without a speaker' : `nobody called “${from}”`;
  return new RequestError(
    'notFound',
    `${path} has ${who}.`,
    'Give the name as the transcript shows it.',
    uri,
  );
}

function noCorrection({ uri, path }: Copy): RequestError {
  return new RequestError('notFound', `${path} has no such correction.`, 'It may have been taken back.', uri);
}

function empty(what: string, remedy: string, uri: Uri): RequestError {
  return new RequestError('invalid', `The ${what} is empty.`, remedy, uri);
}

function tooMany({ uri, path }: Copy): RequestError {
  return new RequestError(
    'invalid',
    `${path} has ${MOST} corrections already.`,
    'Put a corrected subtitle file beside the video instead.',
    uri,
  );
}
