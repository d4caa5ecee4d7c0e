import { looksAlike } from '../core/alike.ts';
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
import type { Turn } from './turns.ts';

/** Prompts, cleaning and sampling as they are here; another number captions all clips anew. */
const VERSION = 'caption 1';
/** Lines this near to a clip may lend their names to its caption, ms. */
const NAMES_MS = 60_000;
/**
 * Captions are stored at most so often, ms, the first batch at once: a kill loses no more than that and the batch in hand, and
 * the first ones are found while a slow model is at the next.
 */
const SAVE_MS = 5000;

export interface CaptionVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: Probe;
  readonly clips: readonly TimeRange[];
  /** Speech and screen text of the whole video, any order. */
  readonly lines: readonly Line[];
  /** Captions as they are stored, under whatever recipe. */
  readonly stored: readonly Description[];
}

export interface CaptionPorts {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly captioner: Captioner;
  /** Stores what there is so far, so that a restart goes on from there. */
  readonly save: (descriptions: readonly Description[]) => Promise<void>;
  /** Awaited before each batch. */
  readonly turn: Turn;
  /** Told of each batch that is done, with its number of clips. */
  readonly onSettled?: (clips: number) => void;
}

export interface CaptionOptions {
  /** BCP 47 */
  readonly language: string;
  readonly recipe: string;
  /** Between two saves of what there is so far, ms; 5 s where absent. */
  readonly saveMs?: number;
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

/** Does nothing change from the end of one clip to the end of the next? Then its caption holds for both. */
function standsStill(before: Prepared | undefined, { clip, request }: Prepared): boolean {
  const last = before?.clip.endMs === clip.startMs ? before.request.pictures.at(-1) : undefined;
  return last !== undefined && request.pictures.every((picture) => looksAlike(last, picture));
}

async function prepare(
  clips: readonly TimeRange[],
  { uri, lines }: CaptionVideo,
  { decoder, captioner }: Pick<CaptionPorts, 'decoder' | 'captioner'>,
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

const languageNames = new Intl.DisplayNames(['en'], { type: 'language' });

function languageName(language: string): string {
  return languageNames.of(language) ?? language;
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

const placeOf = ({ startMs, endMs }: TimeRange): string => `${startMs}-${endMs}`;

/**
 * Captions the clips of one video, batch by batch; the frames of the next batch are decoded while the model writes.
 * Clips whose caption is stored under this recipe are not asked again; a clip that cannot be captioned keeps the
 * caption it had, and one that looks like the one before it takes that one's. Rejects with FailureError for bad media,
 * UnavailableError where the model cannot serve, and the signal's reason.
 */
export async function captionClips(
  video: CaptionVideo,
  ports: CaptionPorts,
  { language, recipe, saveMs = SAVE_MS }: CaptionOptions,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Captioned> {
  const { clips, videoId } = video;
  if (!hasPictures(video.probe)) return { descriptions: [] };
  const { captioner } = ports;
  const rows = new Map(video.stored.map((row) => [placeOf(row), row]));
  const left = clips.filter((clip) => rows.get(placeOf(clip))?.recipe !== recipe);
  const descriptions = () => clips.flatMap((clip) => rows.get(placeOf(clip)) ?? []);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let taken = 0;
  const decode = () => {
    const batch = left.slice(taken, taken + Math.max(1, captioner.batch));
    taken += batch.length;
    const ready = prepare(batch, video, ports, language, both);
    // Awaited one turn later; until then a rejection is not unhandled.
    ready.catch(() => undefined);
    return ready;
  };
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
    const { startMs, endMs } = clip;
    if (!text) {
      rows.delete(placeOf(clip));
      return;
    }
    rows.set(placeOf(clip), {
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
    let next = decode();
    let savedMs = Number.NEGATIVE_INFINITY;
    for (let settled = 0; settled < left.length; ) {
      const batch = await next;
      const ready = batch.filter(({ request }) => request.pictures.length > 0);
      next = decode();
      const asked = ready.filter((each, i) => !standsStill(i === 0 ? before?.prepared : ready[i - 1], each));
      await ports.turn(signal);
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
      settled += batch.length;
      ports.onSettled?.(batch.length);
      onShare(settled / left.length);
      if (settled < left.length && performance.now() - savedMs >= saveMs) {
        await ports.save(descriptions());
        savedMs = performance.now();
      }
    }
  } finally {
    stop.abort();
  }
  return { descriptions: descriptions(), failure: failureOf(failed, clips.length) };
}
