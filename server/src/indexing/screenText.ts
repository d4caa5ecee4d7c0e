import { ChildError } from '../base/supervised.ts';
import { describeLines } from '../core/describe.ts';
import type { Description } from '../core/description.ts';
import type { TextTime } from '../core/measured.ts';
import { crashed, timedOut } from '../core/process-failure.ts';
import type { TimeRange, Uri } from '../core/range.ts';
import { type Reading, screenLines } from '../core/screenText.ts';
import type { Decoder, Picture } from '../ports/decoder.ts';
import type { Reader } from '../ports/reader.ts';

/** How pictures are prepared and lines merged; another number reads all videos anew. */
const VERSION = 'screenText 1';
/** Small type of a full-size screen recording stays as it is; larger pictures are brought down to this. px */
const BOX = { width: 1920, height: 1200 };
/** Frames asked for at a time, so that other work gets at the media between. */
const BATCH = 100;

export interface ReadVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly clips: readonly TimeRange[];
  readonly textTimes: readonly TextTime[];
}

export interface ReadPorts {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly reader: Pick<Reader, 'name' | 'read'>;
}

export interface ReadOptions {
  /** As the reader names them. */
  readonly languages: readonly string[];
  readonly recipe: string;
}

/** What shapes the screen text of a video, for the Recipe. */
export function screenTextRecipe(readerName: string, languages: readonly string[]): string {
  return `${VERSION} ${readerName} ${languages.join('+')}`;
}

/** Who read it, for Descriptions. */
function describerOf(reader: Pick<Reader, 'name'>, languages: readonly string[]): string {
  return `${reader.name} ${languages.join('+')}`;
}

/**
 * Reads a video once for each look of its screen: one Description for each Clip with text. A picture that the reader
 * cannot take is passed over; rejects with FailureError where that was so of all, and for bad media.
 */
export async function readScreenText(
  video: ReadVideo,
  { decoder, reader }: ReadPorts,
  options: ReadOptions,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly Description[]> {
  const { videoId, uri, clips, textTimes } = video;
  const readings: Reading[] = [];
  let lost: ChildError | undefined;

  const read = async (picture: Picture, { startMs, endMs }: TextTime): Promise<void> => {
    try {
      readings.push({ startMs, endMs, lines: await reader.read(picture, options.languages, signal) });
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      lost = error;
    }
  };

  for (let from = 0; from < textTimes.length; from += BATCH) {
    const batch = textTimes.slice(from, from + BATCH);
    const timesMs = batch.map(({ readMs }) => readMs);
    let at = 0;
    for await (const picture of decoder.frames(uri, timesMs, BOX, signal)) {
      const time = batch[at];
      if (time) await read(picture, time);
      at += 1;
      onShare((from + at) / textTimes.length);
    }
  }
  if (lost && readings.length === 0) throw lost.kind === 'hung' ? timedOut(lost) : crashed(lost);
  const describer = describerOf(reader, options.languages);
  const of = { videoId, uri: '', stage: 'screenText', describer, recipe: options.recipe } as const;
  return describeLines(of, clips, screenLines(readings, describer));
}
