import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { toProgramEnvironment } from '../../base/child-environment.ts';
import { DownloadError } from '../../base/download-error.ts';
import { findProgram } from '../../base/find-program.ts';
import { findUserProxy, startPublicProxy } from '../../base/public-proxy.ts';
import { findAddressSecrets, redactSecrets, toDisplayAddress } from '../../base/redact-secrets.ts';

/** Progress of a download, as yt-dlp reports it. */
export interface DownloadProgress {
  readonly bytes: number;
  /** Undefined if the server does not say. */
  readonly totalBytes: number | undefined;
  readonly title: string;
  /** Number of this item among those to fetch from a list, from 1, and how many they are; undefined for a single video. */
  readonly item?: { readonly index: number; readonly count: number } | undefined;
}

export interface DownloadOptions {
  readonly url: URL;
  /** Existing folder, absolute. */
  readonly folder: string;
  /** Lists what was downloaded before, so that nothing is fetched twice. */
  readonly archiveFile: string;
  /** Most items of a playlist, channel or feed, from its beginning; undefined: all. */
  readonly limit?: number | undefined;
  /** Only items of this day or later, `2026-01-31`. Items without a date count. */
  readonly since?: string | undefined;
  /** Of a page that belongs to a playlist, fetch the whole playlist. */
  readonly wholePlaylist?: boolean;
  /** Largest height of the picture, px, if there is a choice. */
  readonly maxHeight?: number;
  /** Whether names of files begin with the date. */
  readonly namesBeginWithDate?: boolean;
  /** Decides which addresses the download may connect to; all if absent. */
  readonly isAllowed?: ((address: string) => boolean) | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** What a download brought. */
export interface DownloadOutcome {
  /** New files, absolute, in the order of the list. */
  readonly files: readonly string[];
  /** Why items of a list failed, one sentence each. */
  readonly problems: readonly string[];
  /** Number of items in the list; undefined for a single video and for sites that do not say. */
  readonly listLength: number | undefined;
}

const PROGRESS_PREFIX = 'goldfish-progress ';
const FINISHED_PREFIX = 'goldfish-file ';
/** The last lines of yt-dlp's errors that a failure shows. */
const MAX_SHOWN_ERRORS = 3;

/** Selects what is fetched over HTTP. Other protocols, such as RTSP, would not go through the proxy. */
const HTTP_ONLY = '[protocol~="^(https?|m3u8(_native)?|http_dash_segments(_generator)?|ism|f4m)$"]';

/** Returns yt-dlp's rule for the tracks to fetch. */
function formatRule(hasFfmpeg: boolean, maxHeight: number | undefined): string {
  const height = maxHeight === undefined ? '' : `[height<=?${maxHeight}]`;
  const joined = `bestvideo*${height}${HTTP_ONLY}+bestaudio${HTTP_ONLY}/`;
  return `${hasFfmpeg ? joined : ''}best${height}${HTTP_ONLY}/best${HTTP_ONLY}`;
}

function listArguments({ limit, since, wholePlaylist }: DownloadOptions): readonly string[] {
  return [
    wholePlaylist ? '--yes-playlist' : '--no-playlist',
    ...(limit === undefined ? [] : [`--playlist-items=1:${limit}`]),
    ...(since === undefined ? [] : [`--dateafter=${since.replaceAll('-', '')}`]),
  ];
}

/**
 * Returns the arguments of yt-dlp. The user's own configuration is ignored: it may run programs or choose other names.
 * Files are named relative to the working directory, because yt-dlp replaces `$NAME` and `~` in a folder that it is given.
 */
function downloadArguments(
  options: DownloadOptions,
  hasFfmpeg: boolean,
  proxyUrl: string | undefined,
): readonly string[] {
  const { url, archiveFile, maxHeight, namesBeginWithDate } = options;
  const date = namesBeginWithDate ? '%(upload_date>%Y-%m-%d&{} |)s' : '';
  return [
    '--ignore-config',
    ...listArguments(options),
    '--no-overwrites',
    '--continue',
    '--retries=5',
    '--fragment-retries=5',
    '--windows-filenames',
    '--no-mtime',
    // A name must be no option of another program and no hidden file, which would not be indexed.
    ...['--replace-in-metadata', 'title', String.raw`^[\s.\-]+`, ''],
    `--output=${date}%(title|video).120B [%(id).60B].%(ext)s`,
    `--download-archive=${archiveFile}`,
    '--write-subs',
    '--sub-langs=all,-live_chat',
    // Without ffmpeg, yt-dlp can neither join tracks nor write chapters and the date into the file.
    ...(hasFfmpeg ? ['--embed-metadata', '--embed-chapters'] : ['--fixup=never']),
    `--format=${formatRule(hasFfmpeg, maxHeight)}`,
    ...(proxyUrl === undefined ? [] : [`--proxy=${proxyUrl}`, '--downloader=m3u8:native']),
    '--quiet',
    '--progress',
    '--newline',
    '--no-colors',
    `--progress-template=download:${PROGRESS_PREFIX}%(progress.downloaded_bytes)s %(progress.total_bytes,progress.total_bytes_estimate)s %(info.playlist_autonumber)s %(info.n_entries)s %(info.title)s`,
    `--print=after_move:${FINISHED_PREFIX}%(.{filepath,playlist_count})j`,
    '--no-simulate',
    '--',
    url.href,
  ];
}

/** Returns a number that yt-dlp printed; undefined for `NA`. */
function parseNumber(text: string): number | undefined {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
}

function parseProgress(line: string): DownloadProgress {
  const [bytes = '', total = '', number = '', length = '', ...title] = line
    .slice(PROGRESS_PREFIX.length)
    .split(' ');
  const [index, count] = [parseNumber(number), parseNumber(length)];
  return {
    bytes: parseNumber(bytes) ?? 0,
    totalBytes: parseNumber(total),
    title: title.join(' '),
    item: index === undefined || count === undefined ? undefined : { index, count },
  };
}

/** Parses the line about a finished file; undefined if it is none. */
function parseFinished(line: string): { readonly path: string; readonly listLength?: number } | undefined {
  try {
    const value: unknown = JSON.parse(line.slice(FINISHED_PREFIX.length));
    if (typeof value !== 'object' || value === null) return undefined;
    const { filepath, playlist_count: count } = value as Readonly<Record<string, unknown>>;
    if (typeof filepath !== 'string') return undefined;
    return { path: filepath, ...(typeof count === 'number' && { listLength: count }) };
  } catch {
    return undefined;
  }
}

function requireDownloader(env: NodeJS.ProcessEnv): string {
  const program = findProgram('yt-dlp', env);
  if (program !== undefined) return program;
  throw new DownloadError(
    'missingProgram',
    'yt-dlp is not installed, and downloads need it.',
    'Install it with your package manager, or with "pipx install yt-dlp", and try again.',
  );
}

/** Runs yt-dlp. Resolves to its exit code, the files that it wrote and its errors. `proxied`: NO_PROXY is ignored. */
async function runDownloader(
  program: string,
  args: readonly string[],
  proxied: boolean,
  { env, signal, onProgress, folder }: DownloadOptions,
) {
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      ...toProgramEnvironment(env),
      PYTHONIOENCODING: 'utf-8',
      ...(proxied && { NO_PROXY: '', no_proxy: '' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const files: string[] = [];
  const errors: string[] = [];
  let listLength: number | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(PROGRESS_PREFIX)) onProgress(parseProgress(line));
    const finished = line.startsWith(FINISHED_PREFIX) ? parseFinished(line) : undefined;
    if (finished === undefined) return;
    files.push(resolve(folder, finished.path));
    listLength = finished.listLength ?? listLength;
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith(PROGRESS_PREFIX)) onProgress(parseProgress(line));
    else if (/^ERROR/.test(line)) errors.push(line.replace(/^ERROR:\s*/, ''));
  });
  const { promise, resolve: onClose, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', onClose);
  return { code: await promise, files, errors, listLength };
}

/**
 * Downloads a video, or the items of a playlist, channel or feed, with the user's own yt-dlp, with subtitles; chapters and
 * date go into the files where ffmpeg is on PATH. What was downloaded before is left out. An item that fails does not
 * stop the others. Rejects with DownloadError if nothing could be downloaded.
 */
export async function downloadVideos(options: DownloadOptions): Promise<DownloadOutcome> {
  const { env, url, folder, isAllowed } = options;
  const program = requireDownloader(env);
  const hasFfmpeg = findProgram('ffmpeg', env) !== undefined;
  const proxy = isAllowed && (await startPublicProxy({ isAllowed, upstream: findUserProxy(env) }));
  const args = downloadArguments(options, hasFfmpeg, proxy?.url);
  const run = runDownloader(program, args, proxy !== undefined, options);
  const { code, files, errors, listLength } = await run.finally(() => proxy?.close());
  const problems = errors.map((error) => redactSecrets(error, findAddressSecrets(url.href)));
  if (code === 0 || files.length > 0) return { files, problems, listLength };
  const refused = proxy?.refused();
  if (refused !== undefined)
    throw new DownloadError(
      'invalid',
      `${refused.hostname} is on this machine or its local network (${refused.address}), and nothing was fetched from it.`,
      'If you trust this address, run "goldfish add" with --allow-private.',
    );
  const reason = problems.slice(-MAX_SHOWN_ERRORS).join(' ') || `yt-dlp ended with code ${code}`;
  throw new DownloadError(
    'unavailable',
    `${toDisplayAddress(url.href)} could not be downloaded: ${reason}`,
    `Check the address in a browser, and that yt-dlp is up to date ("yt-dlp -U"). What was downloaded stays in ${folder} and is resumed.`,
  );
}
