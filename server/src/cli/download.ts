import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { findProgram } from './find-programs.ts';

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
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

const PROGRESS = 'goldfish-progress ';
const FINISHED = 'goldfish-file ';
/** The last lines of yt-dlp's errors that a failure shows. */
const SHOWN_ERRORS = 3;

/** Returns the arguments of yt-dlp. The user's own configuration is ignored: it may run programs or choose other names. */
function downloadArguments(
  { url, folder, archiveFile }: Pick<DownloadOptions, 'url' | 'folder' | 'archiveFile'>,
  hasFfmpeg: boolean,
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
    `--paths=home:${folder}`,
    '--output=%(title).120B [%(id).60B].%(ext)s',
    `--download-archive=${archiveFile}`,
    '--write-subs',
    '--sub-langs=all,-live_chat',
    // Without ffmpeg, yt-dlp can neither join tracks nor write chapters and the date into the file.
    ...(hasFfmpeg ? ['--embed-metadata', '--embed-chapters'] : ['--format=best', '--fixup=never']),
    '--quiet',
    '--progress',
    '--newline',
    '--no-colors',
    `--progress-template=download:${PROGRESS}%(progress.downloaded_bytes)s %(progress.total_bytes,progress.total_bytes_estimate)s %(info.title)s`,
    `--print=after_move:${FINISHED}%(filepath)s`,
    '--no-simulate',
    '--',
    url.href,
  ];
}

function parseProgress(line: string): DownloadProgress {
  const [bytes = '', total = '', ...title] = line.slice(PROGRESS.length).split(' ');
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

/**
 * Downloads one video with the user's own yt-dlp, with its subtitles; chapters and date go into the file where ffmpeg is
 * on PATH. Resolves to the files that are new, [] if it was downloaded before. Rejects with CommandError.
 */
export async function downloadVideo(options: DownloadOptions): Promise<readonly string[]> {
  const { env, signal, onProgress, url } = options;
  const program = requireDownloader(env);
  const hasFfmpeg = findProgram('ffmpeg', env) !== undefined;
  const child = spawn(program, downloadArguments(options, hasFfmpeg), {
    env: { ...env, PYTHONIOENCODING: 'utf-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const files: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(PROGRESS)) onProgress(parseProgress(line));
    else if (line.startsWith(FINISHED)) files.push(line.slice(FINISHED.length));
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith(PROGRESS)) onProgress(parseProgress(line));
    else if (/^ERROR/.test(line)) errors.push(line.replace(/^ERROR:\s*/, ''));
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const code = await promise;
  if (code === 0) return files;
  throw new CommandError(
    'unavailable',
    `${url.href} could not be downloaded: ${errors.slice(-SHOWN_ERRORS).join(' ') || `yt-dlp ended with code ${code}`}`,
    `Check the address in a browser, and that yt-dlp is up to date ("yt-dlp -U"). What was downloaded stays in ${options.folder} and is resumed.`,
  );
}

/** Returns the file in the data folder that lists what was downloaded. */
export const downloadArchive = (dataDir: string): string => join(dataDir, 'downloaded.txt');
