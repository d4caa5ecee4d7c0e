import type { Tokens } from '../../protocol/base.ts';
import type {
  TrainingExportProgress,
  TrainingImportParams,
  TrainingImportResult,
} from '../../protocol/training.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { readFileBytes } from '../base/read-file-bytes.ts';
import type { Line } from '../core/domain/description.ts';
import type { TimeRange, Uri } from '../core/domain/time-range.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import type { PromptPart } from '../core/generation/caption-prompt.ts';
import { visionPrompt } from '../core/generation/vision-prompt.ts';
import { hashText } from '../core/text/hash-text.ts';
import { DataSetFormatError, type ForeignExample, parseDataSet } from '../core/training/data-set-formats.ts';
import { type TrainingRow, toTrainingRow } from '../core/training/training-row.ts';
import { prepareCaptionRequests } from '../indexing/caption-requests.ts';
import { RequestError } from '../library.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Picture } from '../ports/decoder.ts';
import type { Disk } from '../ports/disk.ts';
import type { Media } from '../ports/media.ts';
import { createTrainingFolder, requireCaptioner, type TrainingFolder } from './training-folder.ts';

export type TrainingImportRequest = Omit<TrainingImportParams, keyof Tokens>;

interface TrainingImportDeps {
  readonly media: Pick<Media, 'frames' | 'picture' | 'probe'>;
  readonly disk: Pick<Disk, 'stat' | 'sidecar'>;
  readonly captioner: Captioner | undefined;
  /** BCP 47 tag of the prompts. */
  readonly language: string;
  readonly guard: GuardOutput;
  readonly onProgress: (progress: TrainingExportProgress) => void;
  readonly signal: AbortSignal;
}

/** The frames of one file, with the prompt of a caption. */
interface ReadMedia {
  readonly clip: TimeRange;
  readonly pictures: readonly Picture[];
  readonly lines: readonly Line[];
  readonly prompt: readonly PromptPart[];
}

/** A picture counts as a clip of this length, ms. */
const PICTURE_MS = 1000;

const below = (folder: Uri, path: string): Uri =>
  `${folder.replace(/\/$/, '')}/${path.split('/').map(encodeURIComponent).join('/')}`;

async function readAnnotations({ format, annotations }: TrainingImportRequest) {
  const path = fileUriToDisplayPath(annotations);
  const bytes = await readFileBytes(annotations).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new RequestError('notFound', `${path} cannot be read${code}.`, 'Check the path.', annotations);
  });
  try {
    return parseDataSet(format, new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof DataSetFormatError)) throw error;
    const remedy = 'Choose the format that the file has. "goldfish train import --help" lists them.';
    throw new RequestError('invalid', `${path} is not of the format ${format}: ${error.message}.`, remedy);
  }
}

async function findExisting(
  folder: Uri,
  paths: readonly string[],
  { disk, signal }: TrainingImportDeps,
): Promise<Uri | undefined> {
  for (const path of paths) {
    const uri = below(folder, path);
    if ((await disk.stat(uri, signal)) !== undefined) return uri;
  }
  return undefined;
}

const mediaPaths = ({ media, extensions }: ForeignExample): readonly string[] =>
  extensions.length === 0 ? [media] : extensions.map((extension) => `${media}.${extension}`);

async function readSpeech(
  uri: Uri | undefined,
  video: string,
  { disk, signal }: TrainingImportDeps,
): Promise<readonly Line[]> {
  if (uri === undefined) return [];
  const { cues, source } = await disk.sidecar(uri, { video }, signal);
  return cues.map(({ startMs, endMs, text }) => ({ kind: 'speech', text, startMs, endMs, source }));
}

async function readMedia(
  uri: Uri,
  example: ForeignExample,
  subtitleFolder: Uri,
  captioner: Captioner,
  deps: TrainingImportDeps,
): Promise<ReadMedia | undefined> {
  const { media, signal, language } = deps;
  const { framePx } = captioner.budget;
  if (example.picture) {
    const picture = await media.picture(
      await readFileBytes(uri),
      { width: framePx, height: framePx },
      signal,
    );
    const clip = { startMs: 0, endMs: PICTURE_MS };
    const decoder = {
      frames: async function* () {
        yield picture;
      },
    };
    const one = { budget: { ...captioner.budget, frames: 1 } };
    const [request] = await prepareCaptionRequests(
      [clip],
      { uri, lines: [] },
      { decoder, captioner: one },
      language,
      signal,
    );
    return request && { clip, lines: [], ...request.request };
  }
  const { durationMs } = await media.probe(uri, signal);
  const clip = { startMs: 0, endMs: Math.max(1, durationMs) };
  const subtitles = await findExisting(subtitleFolder, example.subtitles, deps);
  const lines = await readSpeech(subtitles, example.media, deps);
  const ports = { decoder: media, captioner };
  const [request] = await prepareCaptionRequests([clip], { uri, lines }, ports, language, signal);
  return request && { clip, lines, ...request.request };
}

/** Writes the frames of one file once, and a row for each example about it. */
async function writeExamples(
  examples: readonly ForeignExample[],
  { clip, pictures, lines, prompt }: ReadMedia,
  captioner: Captioner,
  folder: TrainingFolder,
  { format, licence = 'unknown' }: TrainingImportRequest,
): Promise<void> {
  const [first] = examples;
  const middle = pictures[Math.floor(pictures.length / 2)];
  if (first === undefined || middle === undefined) return;
  // By what is seen, so that copies of a file under several names are never divided between the splits.
  const content = hashText(Buffer.from(middle.data).toString('latin1'));
  const frames = await folder.addFrames(
    `${content.slice(0, 16)}/${hashText(first.media).slice(0, 16)}`,
    pictures,
  );
  const frameTimesMs = pictures.map(({ timeMs }) => timeMs);
  const rows = examples.map((example, i): TrainingRow => {
    const { question, answer } = example;
    const asked =
      question === undefined ? prompt : visionPrompt(clip, frameTimesMs, lines, question, captioner.budget);
    const place = { content, video: example.media, ...clip, frames, frameTimesMs };
    const target = { source: 'imported', text: answer, describer: format, licence } as const;
    const id = hashText(`imported ${example.media} ${i} ${question ?? ''} ${answer}`).slice(0, 16);
    return { ...toTrainingRow(place, asked, target), id };
  });
  await folder.addRows(rows);
}

/**
 * Writes a foreign data set with the frames and prompts of the captioner in use. Captions are asked for as the
 * daemon does, questions as `--inspect` does. Files that are missing or cannot be decoded are counted.
 */
export async function importTraining(
  request: TrainingImportRequest,
  deps: TrainingImportDeps,
): Promise<TrainingImportResult> {
  const captioner = requireCaptioner(deps.captioner);
  const { examples, unusable } = await readAnnotations(request);
  const folder = await createTrainingFolder(request.folder, request.split, { ...deps, captioner });
  const unreadable: { path: string; reason: string }[] = [];
  let missing = 0;
  let done = 0;
  for (const [name, ofFile] of Map.groupBy(examples, ({ media }) => media)) {
    deps.signal.throwIfAborted();
    deps.onProgress({ done, total: examples.length, path: name });
    done += ofFile.length;
    const [first] = ofFile;
    const uri = first && (await findExisting(request.media, mediaPaths(first), deps));
    if (first === undefined || uri === undefined) {
      missing += ofFile.length;
      continue;
    }
    try {
      const read = await readMedia(uri, first, request.subtitles ?? request.media, captioner, deps);
      if (read !== undefined) await writeExamples(ofFile, read, captioner, folder, request);
    } catch (error) {
      if (!(error instanceof MediaFailureError)) throw error;
      unreadable.push({ path: fileUriToDisplayPath(uri), reason: error.message });
    }
  }
  deps.onProgress({ done, total: examples.length, path: '' });
  const facts = { format: request.format, unusable, missing, unreadable };
  return { ...(await folder.finish(facts)), unusable, missing, unreadable };
}
