import { toClipId } from '../../core/domain/clip-id.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import { overlapMs, type TimeRange, type Uri } from '../../core/domain/time-range.ts';
import { hasPictures, type MediaProbe } from '../../core/domain/video.ts';
import type { MediaFailure } from '../../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { cleanCaption } from '../../core/generation/clean-caption.ts';
import { type ColourGrid, showsTheSame, toColourGrid } from '../../core/media/novelty.ts';
import { toReadingKey } from '../../core/media/track-selection.ts';
import { toDescriptionId } from '../../core/pipeline/group-lines-by-clip.ts';
import type { Captioner, CaptionReply } from '../../ports/captioner.ts';
import type { Decoder } from '../../ports/decoder.ts';
import { type ClipRequest, loadPromptLines, prepareCaptionRequests } from '../caption-requests.ts';
import type { WaitForTurn } from '../priority-gate.ts';
import type { WorkerStageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';

/** Version of prompts, cleaning and sampling; increase it to caption all clips again. */
const CAPTION_VERSION = 'caption 1';
/** Maximum distance of lines that provide evidence for names in a clip's caption, in ms. */
const NAME_EVIDENCE_MS = 60_000;
/**
 * Minimum interval between saves, in ms; the first batch is saved immediately. A crash loses no more than
 * this and the current batch, and first results are searchable while a slow model continues.
 */
const SAVE_INTERVAL_MS = 5000;

export interface CaptionVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: MediaProbe;
  readonly clips: readonly TimeRange[];
  /** Speech and text on screen of the whole video, in any order. */
  readonly lines: readonly Line[];
  /** Stored captions, of any recipe. */
  readonly stored: readonly Description[];
}

export interface CaptionDeps {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly captioner: Captioner;
  /** Stores the captions so far, so that a restart continues from there. */
  readonly save: (descriptions: readonly Description[]) => Promise<void>;
  /** Awaited before each batch. */
  readonly turn: WaitForTurn;
  /** Called after each batch with its number of clips. */
  readonly onSettled?: (clips: number) => void;
}

export interface CaptionOptions {
  /** BCP 47 tag. */
  readonly language: string;
  readonly recipe: string;
  /** Interval between saves, in ms; defaults to 5 s. */
  readonly saveMs?: number;
}

export interface CaptionResult {
  readonly descriptions: readonly Description[];
  /** One failure for all clips that could not be captioned; the others have rows. */
  readonly failure?: MediaFailure;
}

/** Returns what shapes a caption, for the recipe: prompts, model, revision, budget, language. */
export function captionFingerprint(captioner: Captioner, language: string): string {
  const { name, revision, budget } = captioner;
  const { frames, framePx, words, tokens } = budget;
  return `${CAPTION_VERSION} ${name}@${revision} ${frames}x${framePx} ${words} ${tokens} ${language}`;
}

/** A clip that was or is being described, and what tells whether another clip shows the same. */
interface DescribedClip {
  readonly prepared: ClipRequest;
  readonly grids: readonly ColourGrid[];
  /** Text on screen; new text is something new. */
  readonly screenTexts: ReadonlySet<string>;
  /** Undefined while the model writes. */
  reply: CaptionReply | undefined;
}

/** Number of described clips that a clip is compared with, the newest ones: films come back to a few views. */
const MAX_COMPARED_CLIPS = 40;

function toDescribedClip(prepared: ClipRequest, lines: readonly Line[]): DescribedClip {
  const screenLines = lines.filter(
    (line) => line.kind === 'screenText' && overlapMs(line, prepared.clip) > 0,
  );
  return {
    prepared,
    grids: prepared.request.pictures.map(toColourGrid),
    screenTexts: new Set(screenLines.map(({ text }) => text)),
    reply: undefined,
  };
}

/** Finds the newest described clip that shows the same as another one and all of its text. */
function findSameView(
  described: readonly DescribedClip[],
  { grids, screenTexts }: DescribedClip,
): DescribedClip | undefined {
  return described
    .slice(-MAX_COMPARED_CLIPS)
    .findLast(
      (earlier) =>
        [...screenTexts].every((text) => earlier.screenTexts.has(text)) && showsTheSame(grids, earlier.grids),
    );
}

function toCaptionFailure(
  failedClips: readonly { readonly clip: TimeRange; readonly failure: MediaFailure }[],
  clipCount: number,
): MediaFailure | undefined {
  const [first] = failedClips;
  if (!first) return undefined;
  const { kind, reason, remedy } = first.failure;
  const where = `${formatTime(first.clip.startMs)} to ${formatTime(first.clip.endMs)}`;
  return {
    kind,
    remedy,
    reason: `${failedClips.length} of ${clipCount} clips could not be captioned, the first from ${where}: ${reason}`,
  };
}

const toRangeKey = ({ startMs, endMs }: TimeRange): string => `${startMs}-${endMs}`;

/**
 * Captions the clips of a video in batches; the next batch is decoded while the model writes.
 * - Clips with a stored caption of this recipe are skipped.
 * - A clip that cannot be captioned keeps its old caption.
 * - A clip that shows the same as an earlier one, and no new text, inherits its caption; the line names the time of that clip.
 * Rejects with MediaFailureError for bad media, ModelUnavailableError if the model cannot serve, and the
 * signal's reason.
 */
export async function captionClips(
  video: CaptionVideo,
  ports: CaptionDeps,
  { language, recipe, saveMs = SAVE_INTERVAL_MS }: CaptionOptions,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<CaptionResult> {
  const { clips, videoId } = video;
  if (!hasPictures(video.probe)) return { descriptions: [] };
  const { captioner } = ports;
  const rows = new Map(video.stored.map((row) => [toRangeKey(row), row]));
  const pendingClips = clips.filter((clip) => rows.get(toRangeKey(clip))?.recipe !== recipe);
  const descriptions = () => clips.flatMap((clip) => rows.get(toRangeKey(clip)) ?? []);
  const stop = new AbortController();
  const combinedSignal = AbortSignal.any([signal, stop.signal]);
  let decodedCount = 0;
  const decodeBatch = () => {
    const batch = pendingClips.slice(decodedCount, decodedCount + Math.max(1, captioner.batch));
    decodedCount += batch.length;
    const preparedClips = prepareCaptionRequests(batch, video, ports, language, combinedSignal);
    // Awaited in the next iteration; until then a rejection must not count as unhandled.
    preparedClips.catch(() => undefined);
    return preparedClips;
  };
  const failedClips: { clip: TimeRange; failure: MediaFailure }[] = [];
  const described: DescribedClip[] = [];
  const storeReply = ({ clip }: ClipRequest, { prepared: { clip: describedClip }, reply }: DescribedClip) => {
    if (!reply) return;
    if ('failure' in reply) {
      failedClips.push({ clip, failure: reply.failure });
      return;
    }
    const nearRange = { startMs: clip.startMs - NAME_EVIDENCE_MS, endMs: clip.endMs + NAME_EVIDENCE_MS };
    const evidence = video.lines.filter((line) => overlapMs(line, nearRange) > 0).map(({ text }) => text);
    const text = cleanCaption(reply.text, { evidence, complete: reply.complete, language });
    const { startMs, endMs } = clip;
    const isOwn = describedClip === clip;
    const source = isOwn ? captioner.name : `${captioner.name}, as at ${formatTime(describedClip.startMs)}`;
    if (!text) {
      rows.delete(toRangeKey(clip));
      return;
    }
    rows.set(toRangeKey(clip), {
      id: toDescriptionId({ videoId, uri: '', stage: 'caption' }, clip),
      videoId,
      uri: '',
      clipId: toClipId(videoId, clip),
      stage: 'caption',
      startMs,
      endMs,
      lines: [{ kind: 'caption', text, startMs, endMs, source, language }],
      describer: captioner.name,
      recipe,
    });
  };
  try {
    let nextBatch = decodeBatch();
    let lastSavedMs = Number.NEGATIVE_INFINITY;
    for (let settledCount = 0; settledCount < pendingClips.length; ) {
      const batch = await nextBatch;
      const preparedClips = batch.filter(({ request }) => request.pictures.length > 0);
      nextBatch = decodeBatch();
      const newClips: DescribedClip[] = [];
      const views = preparedClips.map((prepared) => {
        const view = toDescribedClip(prepared, video.lines);
        const known = findSameView(described, view);
        if (known) return { prepared, view: known };
        described.push(view);
        newClips.push(view);
        return { prepared, view };
      });
      await ports.turn(signal);
      const replies = await captioner.caption(
        newClips.map(({ prepared }) => prepared.request),
        signal,
      );
      for (const [i, view] of newClips.entries()) view.reply = replies[i];
      for (const { prepared, view } of views) storeReply(prepared, view);
      settledCount += batch.length;
      ports.onSettled?.(batch.length);
      onShare(settledCount / pendingClips.length);
      if (settledCount < pendingClips.length && performance.now() - lastSavedMs >= saveMs) {
        await ports.save(descriptions());
        lastSavedMs = performance.now();
      }
    }
  } finally {
    stop.abort();
  }
  return { descriptions: descriptions(), failure: toCaptionFailure(failedClips, clips.length) };
}

/** Creates the stage that captions clips with a vision-language model. Its prompts contain the clips' speech and screen text. */
export function createCaptionStage({
  media,
  captioner,
  store,
  correctedStore,
  settings,
  captionPace,
}: WorkerStageDeps): StageRunner {
  const language = () => settings()['models.captionLanguage'];
  return {
    plan: {
      stage: 'caption',
      lane: 'deep',
      // Captions of a long video take hours. All other text is embedded first, and the captions later.
      after: ['facts', 'screenText', 'transcribe', 'embed'],
      content: (record, copies) => {
        const model = captioner();
        if (!model || !hasPictures(record.probe)) return undefined;
        return `${captionFingerprint(model, language())}${toReadingKey(record.probe, copies, settings()['media.tracks'], ['video'])}`;
      },
    },
    async run({ copy, record, recipe, recording, turn }, onShare, signal, save) {
      const model = captioner();
      if (record === undefined) return {};
      // Returning no rows would delete the old captions.
      if (model === undefined)
        throw new ModelUnavailableError('No captioner is available.', 'Set models.captioner.');
      const { videoId, uri } = copy;
      const video = {
        videoId,
        uri,
        probe: record.probe,
        // Clips that are stored are not captioned again, so that only an incomplete one has to wait.
        clips: recording?.isOpen ? record.clips.slice(0, -1) : record.clips,
        // Corrected, because the model may look for a misheard word in the picture. Later corrections do not recaption.
        lines: await loadPromptLines(correctedStore, videoId, uri),
        stored: await store.descriptions(videoId, uri, ['caption']),
      };
      const options = { language: language(), recipe };
      const timing = captionPace.begin(recipe);
      const ports = { decoder: media, captioner: model, save, turn, onSettled: timing.settled };
      try {
        const { descriptions, failure } = await captionClips(video, ports, options, onShare, signal);
        return { descriptions, failure };
      } finally {
        timing.end();
      }
    },
  };
}
