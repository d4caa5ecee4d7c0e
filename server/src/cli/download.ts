import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { toProgramEnvironment } from '../base/child-environment.ts';
import { findAddressSecrets, redactSecrets, toDisplayAddress } from '../base/redact-secrets.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { findProgram } from './find-programs.ts';
import { findUserProxy, startPublicProxy } from './public-proxy.ts';

/** Progress of a download, as yt-dlp reports it. */
export interface DownloadProgress {
  readonly bytes: number;
  /** Undefined if the server does not say. */
  readonly totalBytes: number | undefined;
  readonly title: string;
}

export interface DownloadOptions {
  readonly url: URL;
  /** Existing folder, absolute. */
  readonly folder: string;
  /** Lists what was downloaded before, so that nothing is fetched twice. */
  readonly archiveFile: string;
  /** Decides which addresses the download may connect to; all if absent. */
  readonly isAllowed?: ((address: string) => boolean) | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

const PROGRESS_PREFIX = 'goldfish-progress ';
const FINISHED_PREFIX = 'goldfish-file ';
/** The last lines of yt-dlp's errors that a failure shows. */
const MAX_SHOWN_ERRORS = 3;

/** Selects what is fetched over HTTP. Other protocols, such as RTSP, would not go through the proxy. */
const HTTP_ONLY = '[protocol~="^(https?|m3u8(_native)?|http_dash_segments(_generator)?|ism|f4m)$"]';

/**
 * Returns the arguments of yt-dlp. The user's own configuration is ignored: it may run programs or choose other names.
 * Files are named relative to the working directory, because yt-dlp replaces `$NAME` and `~` in a folder that it is given.
 */
function downloadArguments(
  { url, archiveFile }: Pick<DownloadOptions, 'url' | 'archiveFile'>,
  hasFfmpeg: boolean,
  proxyUrl: string | undefined,
): readonly string[] {
  return [
    '--ignore-config',
    '--no-playlist',
    '--no-overwrites',
    '--continue',
    '--retries=5',
    '--fragment-retries=5',
    '--windows-filenames',
    '--no-mtime',
    // A name must be no option of another program and no hidden file, which would not be indexed.
    ...['--replace-in-metadata', 'title', String.raw`^[\s.\-]+`, ''],
    '--output=%(title|video).120B [%(id).60B].%(ext)s',
    `--download-archive=${archiveFile}`,
    '--write-subs',
    '--sub-langs=all,-live_chat',
    // Without ffmpeg, yt-dlp can neither join tracks nor write chapters and the date into the file.
    ...(hasFfmpeg ? ['--embed-metadata', '--embed-chapters'] : ['--fixup=never']),
    `--format=${hasFfmpeg ? `bestvideo*${HTTP_ONLY}+bestaudio${HTTP_ONLY}/` : ''}best${HTTP_ONLY}`,
    ...(proxyUrl === undefined ? [] : [`--proxy=${proxyUrl}`, '--downloader=m3u8:native']),
    '--quiet',
    '--progress',
    '--newline',
    '--no-colors',
    `--progress-template=download:${PROGRESS_PREFIX}%(progress.downloaded_bytes)s %(progress.total_bytes,progress.total_bytes_estimate)s %(info.title)s`,
    `--print=after_move:${FINISHED_PREFIX}%(filepath)s`,
    '--no-simulate',
    '--',
    url.href,
  ];
}

function parseProgress(line: string): DownloadProgress {
  const [bytes = '', total = '', ...title] = line.slice(PROGRESS_PREFIX.length).split(' ');
  const totalBytes = Number(total);
  return {
    bytes: Number(bytes) || 0,
    totalBytes: Number.isFinite(totalBytes) && totalBytes > 0 ? totalBytes : undefined,
    title: title.join(' '),
  };
}

function requireDownloader(env: NodeJS.ProcessEnv): string {
  const program = findProgram('yt-dlp', env);
  if (program !== undefined) return program;
  throw new CommandError(
    'unavailable',
    'yt-dlp is not installed, and downloads need it.',
    'Install it with your package manager, or with "pipx install yt-dlp", and try again.',
    ExitCodes.missing,
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
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(PROGRESS_PREFIX)) onProgress(parseProgress(line));
    else if (line.startsWith(FINISHED_PREFIX))
      files.push(resolve(folder, line.slice(FINISHED_PREFIX.length)));
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith(PROGRESS_PREFIX)) onProgress(parseProgress(line));
    else if (/^ERROR/.test(line)) errors.push(line.replace(/^ERROR:\s*/, ''));
  });
  const { promise, resolve: onClose, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', onClose);
  return { code: await promise, files, errors };
}

/**
 * Downloads one video with the user's own yt-dlp, with its subtitles; chapters and date go into the file where ffmpeg is
 * on PATH. Resolves to the files that are new, [] if it was downloaded before. Rejects with CommandError.
 */
export async function downloadVideo(options: DownloadOptions): Promise<readonly string[]> {
  const { env, url, folder, isAllowed } = options;
  const program = requireDownloader(env);
  const hasFfmpeg = findProgram('ffmpeg', env) !== undefined;
  const proxy = isAllowed && (await startPublicProxy({ isAllowed, upstream: findUserProxy(env) }));
  const args = downloadArguments(options, hasFfmpeg, proxy?.url);
  const { code, files, errors } = await runDownloader(program, args, proxy !== undefined, options).finally(
    () => proxy?.close(),
  );
  const refused = proxy?.refused();
  if (code === 0) return files;
  if (refused !== undefined)
    throw new CommandError(
      'invalid',
      `${refused.hostname} is on this machine or its local network (${refused.address}), and nothing was fetched from it.`,
      'If you trust this address, add --allow-private.',
    );
  const reason =
    redactSecrets(errors.slice(-MAX_SHOWN_ERRORS).join(' '), findAddressSecrets(url.href)) ||
    `yt-dlp ended with code ${code}`;
  throw new CommandError(
    'unavailable',
    `${toDisplayAddress(url.href)} could not be downloaded: ${reason}`,
    `Check the address in a browser, and that yt-dlp is up to date ("yt-dlp -U"). What was downloaded stays in ${folder} and is resumed.`,
  );
}

/** Returns the file in the data folder that lists what was downloaded. */
export const downloadArchive = (dataDir: string): string => join(dataDir, 'downloaded.txt');
