import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_FRAMES, DEFAULT_HITS, MAX_FRAMES } from '../../server/protocol/agent-limits.ts';
import type { Evidence, Hit } from '../../server/protocol/search.ts';
import type { BrowseVideoInput, InspectFramesInput, SearchClipsInput } from '../../server/protocol/tools.ts';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { formatTime } from '../page/text.ts';
import type { Daemon } from './daemon.ts';
import { placeName, toOpenLink } from './links.ts';

/** Limits the transcript lines in one result. */
const MAX_LINES = 200;

/** Loads the class for image parts, which the oldest supported VS Code does not have. */
const { LanguageModelDataPart: DataPart } = vscode as {
  readonly LanguageModelDataPart?: { image(data: Uint8Array, mime: string): unknown };
};

type ToolParts = ConstructorParameters<typeof vscode.LanguageModelToolResult>[0];

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const toUri = (pathOrUri: string) =>
  isAbsolute(pathOrUri) ? vscode.Uri.file(pathOrUri).toString() : pathOrUri;

const formatRange = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) =>
  `${formatTime(startMs)}-${formatTime(endMs)}`;

function formatEvidence({ kind, speaker, text, startMs, endMs }: Evidence): string {
  return `[${formatRange({ startMs, endMs })}] ${kind}:${speaker === undefined ? '' : ` ${oneLine(speaker)}:`} ${oneLine(text)}`;
}

/** Formats a hit for a model: its place, its evidence and a link that plays it. */
function hitText(hit: Hit, n: number): string {
  return [
    `${n}. [${placeName(hit)}](${toOpenLink(hit)})${hit.weak ? ' (weak)' : ''}`,
    `   file ${hit.path}, ${hit.startMs} to ${hit.endMs} ms`,
    ...hit.evidence.map((evidence) => `   ${formatEvidence(evidence)}`),
  ].join('\n');
}

/** Formats the requested part of a video, truncated if it is too long. */
function videoText(video: VideoResult, { startMs = 0, endMs = video.durationMs }: BrowseVideoInput): string {
  const overlaps = (item: { readonly startMs: number; readonly endMs: number }) =>
    item.startMs < endMs && item.endMs > startMs;
  const lines = video.lines.filter(overlaps);
  const nextLine = lines[MAX_LINES];
  return [
    `${video.path}: ${oneLine(video.title)}, ${video.durationMs} ms, recorded ${video.recorded}, ${video.state}`,
    `Play: ${toOpenLink({ uri: video.uri, startMs })}`,
    ...video.chapters
      .filter(overlaps)
      .map(
        (chapter) =>
          `[${formatRange(chapter)}] ${chapter.automatic ? 'automatic chapter' : 'chapter'}: ${oneLine(chapter.title)}`,
      ),
    ...lines.slice(0, MAX_LINES).map(formatEvidence),
    ...(nextLine === undefined ? [] : [`More: call again with startMs ${nextLine.startMs}.`]),
  ].join('\n');
}

const textResult = (text: string) =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);

/** Resolves the file and the times of the requested frames. Without times, spreads them evenly over the range. */
async function resolveTimes(daemon: Daemon, input: InspectFramesInput, token: vscode.CancellationToken) {
  const count = Math.min(MAX_FRAMES, Math.max(1, input.count ?? DEFAULT_FRAMES));
  const uri = input.video === undefined ? undefined : toUri(input.video);
  const spreadTimes = (start: number, end: number) => {
    const { startMs = start, endMs = end } = input;
    const step = Math.max(0, endMs - startMs) / count;
    return Array.from({ length: count }, (_, index) => Math.floor(startMs + step * (index + 0.5)));
  };
  const requestedTimes = input.timesMs !== undefined && input.timesMs.length > 0 ? input.timesMs : undefined;
  if (input.clipId !== undefined) {
    const clip = await daemon.request('goldfish/clip', { clipId: input.clipId, uri }, { token });
    return { uri: clip.uri, timesMs: requestedTimes ?? spreadTimes(clip.startMs, clip.endMs) };
  }
  if (uri === undefined) throw new Error('Give the clipId of a search result, or a video.');
  if (requestedTimes !== undefined) return { uri, timesMs: requestedTimes };
  const { durationMs } = await daemon.request('goldfish/video', { uri }, { token });
  return { uri, timesMs: spreadTimes(0, durationMs) };
}

async function framesResult(daemon: Daemon, input: InspectFramesInput, token: vscode.CancellationToken) {
  const { uri, timesMs } = await resolveTimes(daemon, input, token);
  if (DataPart === undefined)
    return textResult(
      `This editor cannot pass images to models. Play: ${toOpenLink({ uri, startMs: timesMs[0] ?? 0 })}`,
    );
  const params = { uri, timesMs, width: input.width };
  const { frames } = await daemon.request('goldfish/frames', params, { token });
  const parts: unknown[] = frames.flatMap(({ timeMs, data, mimeType }) => [
    new vscode.LanguageModelTextPart(`${timeMs} ms: ${toOpenLink({ uri, startMs: timeMs })}`),
    DataPart.image(Buffer.from(data, 'base64'), mimeType),
  ]);
  return new vscode.LanguageModelToolResult(parts as ToolParts);
}

/** Creates a tool. `describeInvocation` returns the text shown to the user while it runs. */
function createTool<T extends object>(
  describeInvocation: (input: T) => string,
  run: (input: T, token: vscode.CancellationToken) => Promise<vscode.LanguageModelToolResult>,
): vscode.LanguageModelTool<T> {
  return {
    prepareInvocation: ({ input }) => ({ invocationMessage: describeInvocation(input) }),
    invoke: ({ input }, token) => run(input, token),
  };
}

/** Registers the tools of `language-model-tools.ts`. If one fails, the message says what to do. */
export function registerTools(daemon: Daemon): vscode.Disposable {
  const search = createTool<SearchClipsInput>(
    ({ query = '' }) => vscode.l10n.t('Searching your videos for "{0}"', query),
    async ({ query = '', like, limit = DEFAULT_HITS, in: places, recordedFrom, recordedTo }, token) => {
      const params = {
        query,
        k: limit,
        scope: { uris: places?.map(toUri), recordedFrom, recordedTo },
        ...(like === undefined ? {} : { like: { clipId: like } }),
      };
      const { hits } = await daemon.request('goldfish/search', params, { token });
      return textResult(hits.map((hit, at) => hitText(hit, at + 1)).join('\n\n') || 'Nothing found.');
    },
  );
  const frames = createTool<InspectFramesInput>(
    ({ video, clipId }) => vscode.l10n.t('Examining frames of {0}', video ?? clipId ?? ''),
    (input, token) => framesResult(daemon, input, token),
  );
  const browse = createTool<BrowseVideoInput>(
    ({ video }) => vscode.l10n.t('Reading {0}', video),
    async (input, token) => {
      const video = await daemon.request('goldfish/video', { uri: toUri(input.video) }, { token });
      return textResult(videoText(video, input));
    },
  );
  return vscode.Disposable.from(
    vscode.lm.registerTool('goldfish_search_clips', search),
    vscode.lm.registerTool('goldfish_inspect_frames', frames),
    vscode.lm.registerTool('goldfish_browse_video', browse),
  );
}
