import type { Tokens } from '../../protocol/base.ts';
import type {
  TrainingExportParams,
  TrainingExportProgress,
  TrainingExportResult,
} from '../../protocol/training.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { overlapMs } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import type { CaptionBudget } from '../core/generation/caption-prompt.ts';
import { visionPrompt } from '../core/generation/vision-prompt.ts';
import { rowId, type TrainingRow, toTrainingRow } from '../core/training/training-row.ts';
import { loadPromptLines, prepareCaptionRequests } from '../indexing/caption-requests.ts';
import { RequestError } from '../library.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Decoder } from '../ports/decoder.ts';
import type { VideoDeps } from './describe-video.ts';
import { captionOnHost, type HostModel, parseHostModel } from './host-captions.ts';
import { type CandidateChoice, findCandidates, type TrainingCandidate } from './training-candidates.ts';
import { createTrainingFolder, requireCaptioner, type TrainingFolder } from './training-folder.ts';

export type TrainingExportRequest = Omit<TrainingExportParams, keyof Tokens>;

interface TrainingExportDeps extends VideoDeps {
  readonly media: Pick<Decoder, 'frames'>;
  readonly captioner: Captioner | undefined;
  readonly hostCaptioner: (host: HostModel, budget: CaptionBudget) => Captioner;
  /** BCP 47 tag of the captions. */
  readonly language: string;
  readonly guard: GuardOutput;
  readonly onProgress: (progress: TrainingExportProgress) => void;
  readonly signal: AbortSignal;
}

/** Number of clips whose frames are in memory at once. */
const BATCH_CLIPS = 8;
/** Writes rows of one video, a batch of clips at a time. */
async function writeRows(
  copy: VideoFile,
  candidates: readonly TrainingCandidate[],
  { captioner, host, folder }: ExportTools,
  deps: TrainingExportDeps,
): Promise<readonly TrainingRow['source'][]> {
  const all = await loadPromptLines(deps.storeWithCorrections, copy.videoId, copy.uri);
  // A description that is to be learned must not be in the prompt.
  const lines = candidates.some(describesByText) ? all.filter(({ kind }) => kind !== 'description') : all;
  const clips = candidates.map(({ clip }) => clip);
  const video = { uri: copy.uri, lines };
  const ports = { decoder: deps.media, captioner };
  const requests = await prepareCaptionRequests(clips, video, ports, deps.language, deps.signal);
  const linesOf = requests.map(({ clip }) => lines.filter((line) => overlapMs(line, clip) > 0));
  const forHost = requests.map((_, i) => i).filter((i) => candidates[i]?.target.source === 'host');
  const written =
    host &&
    (await captionOnHost(
      host,
      forHost.flatMap((i) => requests[i]?.request ?? []),
      forHost.map((i) => linesOf[i] ?? []),
      deps.language,
      deps.signal,
    ));
  const rows: TrainingRow[] = [];
  for (const [i, { clip, request }] of requests.entries()) {
    const candidate = candidates[i];
    const text = candidate?.target.source === 'host' ? written?.[forHost.indexOf(i)] : candidate?.target.text;
    if (candidate === undefined || text === undefined || request.pictures.length === 0) continue;
    const target = { ...candidate.target, text };
    const frameTimesMs = request.pictures.map(({ timeMs }) => timeMs);
    const name = `${copy.videoId.slice(0, 16)}/${rowId(copy.videoId, clip, target.source)}`;
    const frames = await folder.addFrames(name, request.pictures);
    const prompt =
      target.question === undefined
        ? request.prompt
        : visionPrompt(clip, frameTimesMs, linesOf[i] ?? [], target.question, captioner.budget);
    const place = { content: copy.videoId, video: copy.path, ...clip, frames, frameTimesMs };
    rows.push(toTrainingRow(place, prompt, target));
  }
  await folder.addRows(rows);
  return rows.map(({ source }) => source);
}

/** What one export writes with. */
interface ExportTools {
  readonly captioner: Captioner;
  readonly host: Captioner | undefined;
  readonly folder: TrainingFolder;
}

const describesByText = ({ target }: TrainingCandidate) =>
  target.source === 'subtitles' && target.question === undefined;

/** Returns batches of clips, each of one video and with one set of lines in its prompts. */
function toBatches(candidates: readonly TrainingCandidate[]): readonly (readonly TrainingCandidate[])[] {
  const groups = [...Map.groupBy(candidates, ({ copy }) => copy).values()].flatMap((ofVideo) => [
    ofVideo.filter(describesByText),
    ofVideo.filter((candidate) => !describesByText(candidate)),
  ]);
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / BATCH_CLIPS) }, (_, i) =>
      group.slice(i * BATCH_CLIPS, (i + 1) * BATCH_CLIPS),
    ),
  );
}

/** Chooses sources: what is named, and the host if one is. */
function toChoice(request: TrainingExportRequest): CandidateChoice {
  const {
    from = ['corrections', 'tags', 'captions'],
    host,
    uris,
    captionsPerCorrection,
    hostClips,
  } = request;
  if (from.includes('host') && host === undefined)
    throw new RequestError(
      'invalid',
      'Captions from a host need a host.',
      'Add --host http://host/v1#model: it gets frames, speech and text on screen of the clips.',
    );
  const name = host === undefined ? undefined : parseHostModel(host).model;
  const sources = host === undefined || from.includes('host') ? from : [...from, 'host' as const];
  return { from: sources, uris, captionsPerCorrection, hostClips, host: name };
}

/**
 * Writes a data set for the captioner in use: a row for each corrected caption, each tagged clip, and a number
 * of other captions; on request, of what subtitles say and of captions that a host writes. A video whose frames cannot be
 * decoded is reported, and its remaining clips have no rows.
 */
export async function exportTraining(
  request: TrainingExportRequest,
  deps: TrainingExportDeps,
): Promise<TrainingExportResult> {
  const captioner = requireCaptioner(deps.captioner);
  const candidates = await findCandidates(toChoice(request), deps);
  if (candidates.length === 0)
    throw new RequestError(
      'notFound',
      'There is nothing to train on: no caption is corrected, and there are no captions and no tags.',
      'Correct some captions first, with "goldfish correct" or in the page.',
    );
  const folder = await createTrainingFolder(request.folder, request.split, { ...deps, captioner });
  const host =
    request.host === undefined
      ? undefined
      : deps.hostCaptioner(parseHostModel(request.host), captioner.budget);
  const sources = { corrections: 0, tags: 0, captions: 0, subtitles: 0, host: 0 };
  const unreadable: { path: string; reason: string }[] = [];
  let done = 0;
  let refused = 0;
  try {
    for (const batch of toBatches(candidates)) {
      const copy = batch[0]?.copy;
      if (copy === undefined || unreadable.some(({ path }) => path === copy.path)) continue;
      deps.onProgress({ done, total: candidates.length, path: copy.path });
      const written = await writeRows(copy, batch, { captioner, host, folder }, deps).catch(
        (error: unknown) => {
          if (!(error instanceof MediaFailureError)) throw error;
          unreadable.push({ path: copy.path, reason: error.message });
          return undefined;
        },
      );
      for (const source of written ?? []) if (source !== 'imported') sources[source] += 1;
      const wanted = batch.filter(({ target }) => target.source === 'host').length;
      if (written) refused += wanted - written.filter((source) => source === 'host').length;
      done += batch.length;
    }
  } finally {
    await host?.close();
  }
  return { ...(await folder.finish({ sources, unreadable })), sources, refused, unreadable };
}
