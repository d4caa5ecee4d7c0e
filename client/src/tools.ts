import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Evidence, Hit } from '../../server/protocol/search.ts';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { clock } from '../page/text.ts';
import type { Daemon } from './daemon.ts';
import { openLink, placeName } from './links.ts';
import type { BrowseInput, FramesInput, SearchInput } from './toolList.ts';

/** What a model is given at once. */
const HITS = 10;
const FRAMES = 4;
const LINES = 200;

/** Parts of a result that came after the oldest VS Code that we support. */
const { LanguageModelDataPart: DataPart } = vscode as {
  readonly LanguageModelDataPart?: { image(data: Uint8Array, mime: string): unknown };
};

type ToolParts = ConstructorParameters<typeof vscode.LanguageModelToolResult>[0];

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const uriOf = (given: string) => (isAbsolute(given) ? vscode.Uri.file(given).toString() : given);

const range = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) =>
  `${clock(startMs)}-${clock(endMs)}`;

function lineOf({ kind, speaker, text, startMs, endMs }: Evidence): string {
  return `[${range({ startMs, endMs })}] ${kind}:${speaker === undefined ? '' : ` ${oneLine(speaker)}:`} ${oneLine(text)}`;
}

/** A hit for a model: where it is, what was found, and a link that plays it. */
function hitText(hit: Hit, n: number): string {
  return [
    `${n}. [${placeName(hit)}](${openLink(hit)})${hit.weak ? ' (weak)' : ''}`,
    `   file ${hit.path}, ${hit.startMs} to ${hit.endMs} ms`,
    ...hit.evidence.map((evidence) => `   ${lineOf(evidence)}`),
  ].join('\n');
}

/** The part of a video that is asked for, cut where it would be too long. */
function videoText(video: VideoResult, { startMs = 0, endMs = video.durationMs }: BrowseInput): string {
  const inside = (one: { readonly startMs: number; readonly endMs: number }) =>
    one.startMs < endMs && one.endMs > startMs;
  const lines = video.lines.filter(inside);
  const next = lines[LINES];
  return [
    `${video.path}: ${oneLine(video.title)}, ${video.durationMs} ms, recorded ${video.recorded}, ${video.state}`,
    `Play: ${openLink({ uri: video.uri, startMs })}`,
    ...video.chapters.filter(inside).map((each) => `[${range(each)}] chapter: ${oneLine(each.title)}`),
    ...lines.slice(0, LINES).map(lineOf),
    ...(next === undefined ? [] : [`More: ask again with startMs ${next.startMs}.`]),
  ].join('\n');
}

const textResult = (text: string) =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);

async function framesOf(daemon: Daemon, input: FramesInput, token: vscode.CancellationToken) {
  const uri = uriOf(input.video);
  const count = Math.min(16, Math.max(1, input.count ?? FRAMES));
  const spread = async () => {
    const { durationMs } = await daemon.request('goldfish/video', { uri }, { token });
    const { startMs = 0, endMs = durationMs } = input;
    const step = Math.max(0, endMs - startMs) / count;
    return Array.from({ length: count }, (_, at) => Math.floor(startMs + step * (at + 0.5)));
  };
  const timesMs = input.timesMs && input.timesMs.length > 0 ? input.timesMs : await spread();
  if (DataPart === undefined)
    return textResult(
      `This editor passes no images to models. Play: ${openLink({ uri, startMs: timesMs[0] ?? 0 })}`,
    );
  const { frames } = await daemon.request('goldfish/frames', { uri, timesMs }, { token });
  const parts: unknown[] = frames.flatMap(({ timeMs, data, mimeType }) => [
    new vscode.LanguageModelTextPart(`${timeMs} ms: ${openLink({ uri, startMs: timeMs })}`),
    DataPart.image(Buffer.from(data, 'base64'), mimeType),
  ]);
  return new vscode.LanguageModelToolResult(parts as ToolParts);
}

/** A tool over the daemon; `says` is shown to the person while it runs. */
function tool<T extends object>(
  says: (input: T) => string,
  run: (input: T, token: vscode.CancellationToken) => Promise<vscode.LanguageModelToolResult>,
): vscode.LanguageModelTool<T> {
  return {
    prepareInvocation: ({ input }) => ({ invocationMessage: says(input) }),
    invoke: ({ input }, token) => run(input, token),
  };
}

/** The tools that `toolList.ts` describes. Where a tool fails, the message says what to do. */
export function registerTools(daemon: Daemon): vscode.Disposable {
  const search = tool<SearchInput>(
    ({ query }) => vscode.l10n.t('Searching your videos for "{0}"', query),
    async ({ query, limit = HITS, in: places }, token) => {
      const scope = places === undefined ? {} : { scope: { uris: places.map(uriOf) } };
      const { hits } = await daemon.request('goldfish/search', { query, k: limit, ...scope }, { token });
      return textResult(hits.map((hit, at) => hitText(hit, at + 1)).join('\n\n') || 'Nothing found.');
    },
  );
  const frames = tool<FramesInput>(
    ({ video }) => vscode.l10n.t('Looking at frames of {0}', video),
    (input, token) => framesOf(daemon, input, token),
  );
  const browse = tool<BrowseInput>(
    ({ video }) => vscode.l10n.t('Reading {0}', video),
    async (input, token) => {
      const video = await daemon.request('goldfish/video', { uri: uriOf(input.video) }, { token });
      return textResult(videoText(video, input));
    },
  );
  return vscode.Disposable.from(
    vscode.lm.registerTool('goldfish_search_clips', search),
    vscode.lm.registerTool('goldfish_inspect_frames', frames),
    vscode.lm.registerTool('goldfish_browse_video', browse),
  );
}
