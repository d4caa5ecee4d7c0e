import type { DigestResult } from '../../protocol/digest.ts';
import { type DigestPoint, digestByModel, digestInQuotes } from '../answering/digest-video.ts';
import { distinctByContent } from '../answering/select-videos.ts';
import type { SummaryDeps } from '../answering/video-summaries.ts';
import { writeText } from '../base/atomic-output.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import type { LineKind } from '../core/domain/description.ts';
import type { Scope } from '../core/domain/search-result.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { parseQuery } from '../core/query/query-parser.ts';
import { toDisplayName } from '../core/ranking/build-outline.ts';
import { type DigestEntry, formatDigest } from '../exporting/digest.ts';
import { type Library, type LibraryDigestRequest, RequestError } from '../library.ts';
import type { Answerer } from '../ports/answerer.ts';
import { createScopeFilter } from '../search/scope-filter.ts';
import type { FindChapters } from './chapter-finder.ts';
import { outputPath, rethrowOutput } from './output.ts';

/** Maximum number of videos of one digest; more are too much to read. */
const MAX_VIDEOS = 200;

interface DigestDeps extends SummaryDeps {
  readonly findChapters: FindChapters;
  readonly guard: GuardOutput;
  /** Parses a scope. Throws RequestError if it names a place that is not indexed. */
  readonly parseScope: (scope: LibraryDigestRequest['scope']) => Scope;
  readonly answerer: () => Answerer | undefined;
  /** Runs the work of one video as questions are: indexing starts nothing new meanwhile. */
  readonly runInTurn: <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
}

/** The model that writes, until it fails, and why it failed. */
interface Writer {
  model: Answerer | undefined;
  failure?: string;
}

/** Creates the method that summarises videos. */
export function createDigestMethod(deps: DigestDeps): Library['digest'] {
  return async ({ scope, quotes, title, file, force, answerer }, onProgress, signal) => {
    const searchScope = deps.parseScope(scope);
    const { copies, omitted } = selectVideos(deps, searchScope);
    // A summary covers all kinds of text.
    const isPlain = quotes || (searchScope.kinds ?? []).length > 0;
    const model = isPlain ? undefined : (answerer ?? deps.answerer());
    // A small model cannot keep to the format of a summary.
    const writer: Writer = { model: model?.style === 'plain' ? undefined : model };
    const entries: DigestEntry[] = [];
    const unknown: string[] = [];
    for (const [done, copy] of copies.entries()) {
      onProgress({ done, total: copies.length, path: copy.path });
      const entry = await deps.runInTurn(
        () => digestVideo(deps, copy, searchScope.kinds, writer, signal),
        signal,
      );
      if (entry.lines.length > 0) entries.push(entry);
      else unknown.push(copy.path);
    }
    const text = formatDigest({
      title: title ?? defaultTitle(entries),
      entries,
      remarks: [
        ...describeUnknown(unknown),
        ...describeOmitted(omitted),
        ...(writer.failure ? [writer.failure] : []),
      ],
    });
    const result: DigestResult = { text, videos: entries.length, unknown, omitted, note: writer.failure };
    if (entries.length === 0) throw nothingKnown(copies.length);
    if (file === undefined) return result;
    const path = outputPath(file);
    const save = async () => {
      await deps.guard(path);
      await writeText(path, text, force === true);
    };
    await save().catch(rethrowOutput(file));
    return { ...result, path };
  };
}

/** Returns the newest videos of a scope, oldest first, one copy of each content. */
function selectVideos({ catalogue }: DigestDeps, scope: Scope) {
  const newest = distinctByContent(createScopeFilter(catalogue, scope, parseQuery('')).copies());
  const copies = newest.slice(0, MAX_VIDEOS).toReversed();
  return { copies, omitted: newest.length - copies.length };
}

async function digestVideo(
  deps: DigestDeps,
  copy: VideoFile,
  kinds: readonly LineKind[] | undefined,
  writer: Writer,
  signal: AbortSignal,
): Promise<DigestEntry> {
  const record = deps.catalogue.video(copy.videoId);
  const rows = await deps.store.descriptions(copy.videoId, copy.uri);
  const durationMs = record?.probe.durationMs ?? 0;
  const entry = {
    uri: copy.uri,
    name: toDisplayName(copy, record),
    recordedMs: copy.recordedMs,
    durationMs,
  };
  const written = await writeSummary(deps, copy, writer, signal);
  if (written.length > 0) return { ...entry, writer: writer.model?.name, lines: written };
  const chapters = await deps.findChapters(copy.uri, record, rows);
  return { ...entry, lines: digestInQuotes({ copy, durationMs, rows, chapters }, kinds) };
}

/** Lets the model write. If it cannot, the digest goes on with quotes, and the model is not tried again. */
async function writeSummary(
  deps: DigestDeps,
  copy: VideoFile,
  writer: Writer,
  signal: AbortSignal,
): Promise<readonly DigestPoint[]> {
  if (writer.model === undefined) return [];
  try {
    return await digestByModel(deps, writer.model, copy, signal);
  } catch (error) {
    if (!(error instanceof ModelUnavailableError)) throw error;
    writer.failure = `${writer.model.name} did not answer, so the rest is quotes: ${error.message} ${error.remedy}`;
    writer.model = undefined;
    return [];
  }
}

/** Titles a digest with its number of videos and its days. */
function defaultTitle(entries: readonly DigestEntry[]): string {
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return 'Digest';
  if (entries.length === 1) return first.name;
  const [from, to] = [first, last].map(({ recordedMs }) => new Date(recordedMs).toISOString().slice(0, 10));
  return `${entries.length} videos, ${from === to ? from : `${from} to ${to}`}`;
}

function describeUnknown(paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? [] : [`No text is known yet of: ${paths.join(', ')}.`];
}

function describeOmitted(count: number): readonly string[] {
  return count === 0 ? [] : [`${count} older videos are left out. Narrow the dates to summarise them.`];
}

function nothingKnown(videos: number): RequestError {
  return videos === 0
    ? new RequestError('notFound', 'No indexed video matches.', 'Check the folder and the dates.')
    : new RequestError(
        'unavailable',
        `No text is known yet of the ${videos === 1 ? 'video' : `${videos} videos`} that match.`,
        'Wait until indexing is done, or put subtitle files beside them.',
      );
}
