import { cleanCaption } from '../core/captionClean.ts';
import { captionInstruction, captionPrompt, frameTimes } from '../core/captionPrompt.ts';
import { clipIdOf } from '../core/clipId.ts';
import { clock } from '../core/clock.ts';
import { descriptionId } from '../core/describe.ts';
import type { Description, Line } from '../core/description.ts';
import type { Failure } from '../core/failure.ts';
import { overlapMs, type TimeRange, type Uri } from '../core/range.ts';
import type { Probe } from '../core/video.ts';
import type { Captioner, CaptionReply, CaptionRequest } from '../ports/captioner.ts';
import type { Decoder, Picture } from '../ports/decoder.ts';

/** Prompts, cleaning and sampling as they are here; another number captions all clips anew. */
const VERSION = 'caption 1';
/** Lines this near to a clip may lend their names to its caption, ms. */
const NAMES_MS = 60_000;
/** Two pictures whose mean difference is below this, of 255, count as the same one. */
const ALIKE = 1.5;

export interface CaptionVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: Probe;
  readonly clips: readonly TimeRange[];
  /** Speech and screen text of the whole video, any order. */
  readonly lines: readonly Line[];
}

export interface CaptionPorts {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly captioner: Captioner;
}

export interface CaptionOptions {
  /** BCP 47 */
  readonly language: string;
  readonly recipe: string;
}

export interface Captioned {
  readonly descriptions: readonly Description[];
  /** Clips that could not be captioned, told together; the others have their rows. */
  readonly failure?: Failure;
}

/** What shapes a caption, for the Recipe: prompts, model, revision, budget, language. */
export function captionRecipe(captioner: Captioner, language: string): string {
  const { name, revision, budget } = captioner;
  const { frames, framePx, words, tokens } = budget;
  return `${VERSION} ${name}@${revision} ${frames}x${framePx} ${words} ${tokens} ${language}`;
}

/** Is there anything to look at? A cover picture of a song is no video and has no rate. */
export function hasPictures({ streams }: Probe): boolean {
  return streams.some(({ kind }) => kind === 'video');
}

interface Prepared {
  readonly clip: TimeRange;
  readonly request: CaptionRequest;
}

function meanDifference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return 255;
  let sum = 0;
  for (let i = 0; i < a.data.length; i += 1) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / Math.max(1, a.data.length);
}

/** Does nothing change from the end of one clip to the end of the next? Then its caption holds for both. */
function standsStill(before: Prepared | undefined, { request }: Prepared): boolean {
  const last = before?.request.pictures.at(-1);
  return last !== undefined && request.pictures.every((picture) => meanDifference(last, picture) < ALIKE);
}

async function prepare(
  clips: readonly TimeRange[],
  { uri, lines }: CaptionVideo,
  { decoder, captioner }: CaptionPorts,
  language: string,
  signal: AbortSignal,
): Promise<readonly Prepared[]> {
  const { frames, framePx, words } = captioner.budget;
  const times = clips.map((clip) => frameTimes(clip, frames));
  const box = { width: framePx, height: framePx };
  const pictures: Picture[] = [];
  for await (const picture of decoder.frames(uri, times.flat(), box, signal)) pictures.push(picture);
  let at = 0;
  return clips.map((clip, i) => {
    const own = times[i] ?? [];
    const shown = pictures.slice(at, at + own.length);
    at += own.length;
    const heard = lines.filter((line) => overlapMs(line, clip) > 0);
    const instruction = captionInstruction(languageName(language), heard.length > 0);
    const taken = own.slice(0, shown.length);
    return {
      clip,
      request: { pictures: shown, prompt: captionPrompt(clip, taken, heard, instruction, { words }) },
    };
  });
}

function languageName(language: string): string {
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language;
}

function failureOf(
  failed: readonly { readonly clip: TimeRange; readonly failure: Failure }[],
  all: number,
): Failure | undefined {
  const [first] = failed;
  if (!first) return undefined;
  const { kind, reason, remedy } = first.failure;
  const where = `${clock(first.clip.startMs)} to ${clock(first.clip.endMs)}`;
  return {
    kind,
    remedy,
    reason: `${failed.length} of ${all} clips have no caption; from ${where}: ${reason}`,
  };
}

/**
 * Captions the clips of one video, batch by batch; the frames of the next batch are decoded while the model writes.
 * A clip that looks like the one before keeps its caption. Rejects with FailureError for bad media, UnavailableError
 * where the model cannot serve, and the signal's reason.
 */
export async function captionClips(
  video: CaptionVideo,
  ports: CaptionPorts,
  { language, recipe }: CaptionOptions,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Captioned> {
  const { clips, videoId } = video;
  if (!hasPictures(video.probe)) return { descriptions: [] };
  const { captioner } = ports;
  const size = Math.max(1, captioner.batch);
  const batches = Array.from({ length: Math.ceil(clips.length / size) }, (_, i) =>
    clips.slice(i * size, (i + 1) * size),
  );
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const decode = (at: number) => {
    const batch = batches[at];
    const ready = batch ? prepare(batch, video, ports, language, both) : Promise.resolve([]);
    // Awaited one turn later; until then a rejection is not unhandled.
    ready.catch(() => undefined);
    return ready;
  };
  const descriptions: Description[] = [];
  const failed: { clip: TimeRange; failure: Failure }[] = [];
  let before: { readonly prepared: Prepared; readonly reply: CaptionReply } | undefined;
  const settle = ({ clip }: Prepared, reply: CaptionReply) => {
    if ('failure' in reply) {
      failed.push({ clip, failure: reply.failure });
      return;
    }
    const near = { startMs: clip.startMs - NAMES_MS, endMs: clip.endMs + NAMES_MS };
    const evidence = video.lines.filter((line) => overlapMs(line, near) > 0).map(({ text }) => text);
    const text = cleanCaption(reply.text, { evidence, complete: reply.complete, language });
    if (!text) return;
    const { startMs, endMs } = clip;
    descriptions.push({
      id: descriptionId({ videoId, uri: '', stage: 'caption' }, clip),
      videoId,
      uri: '',
      clipId: clipIdOf(videoId, clip),
      stage: 'caption',
      startMs,
      endMs,
      lines: [{ kind: 'caption', text, startMs, endMs, source: captioner.name, language }],
      describer: captioner.name,
      recipe,
    });
  };
  try {
    let next = decode(0);
    for (let at = 0; at < batches.length; at += 1) {
      const ready = (await next).filter(({ request }) => request.pictures.length > 0);
      next = decode(at + 1);
      const asked = ready.filter((each, i) => !standsStill(i === 0 ? before?.prepared : ready[i - 1], each));
      const replies = await captioner.caption(
        asked.map(({ request }) => request),
        signal,
      );
      for (const prepared of ready) {
        const index = asked.indexOf(prepared);
        const reply = index < 0 ? before?.reply : replies[index];
        if (!reply) continue;
        settle(prepared, reply);
        before = { prepared, reply };
      }
      onShare((at + 1) / batches.length);
    }
  } finally {
    stop.abort();
  }
  return { descriptions, failure: failureOf(failed, clips.length) };
}
