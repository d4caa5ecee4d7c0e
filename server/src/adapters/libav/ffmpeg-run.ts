import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { createTimeoutError } from '../../core/errors/process-failure.ts';
import { findFfprobe } from './ffmpeg-locate.ts';
import { ALLOWED_DEMUXERS, ALLOWED_PROTOCOLS, MAX_ALLOCATION_BYTES, MAX_DECODED_PIXELS } from './limits.ts';
import type { MediaFile } from './media-file.ts';

/** Length kept from the start and from the end of ffmpeg's stderr, characters. */
const MAX_STDERR_CHARS = 200_000;
/** Silence after which ffmpeg counts as hung, ms. */
const SILENCE_MS = 45_000;

/** Matches what ffmpeg says of a packet that it cannot decode: up to version 6.0, and since then. */
const DAMAGED_PACKET = /Error while decoding stream|Error submitting packet to decoder/g;

/** Returns the options before every input. Only the named file is opened, and only with allowed demuxers. */
function inputArguments(url: string, options: readonly string[]): readonly string[] {
  return [
    ...[
      '-protocol_whitelist',
      ALLOWED_PROTOCOLS,
      '-format_whitelist',
      ALLOWED_DEMUXERS,
      '-max_pixels',
      `${MAX_DECODED_PIXELS}`,
    ],
    ...['-threads', '1', ...options, '-i', url],
  ];
}

export interface FfmpegJob {
  /** Path of ffmpeg. */
  readonly program: string;
  /** `ffprobe` runs the ffprobe of that ffmpeg; ffmpeg by default. */
  readonly tool?: 'ffmpeg' | 'ffprobe';
  /** `stdin`: the input is written to the run's `stdin`. */
  readonly file: MediaFile | 'stdin';
  /** Options before the input. */
  readonly input?: readonly string[];
  /** Options after the input. Outputs go to `pipe:1`, and to `pipe:4` and above. */
  readonly output: readonly string[];
  /** Number of pipes, starting at `pipe:4`. */
  readonly pipes?: number;
  readonly level?: 'info' | 'warning' | 'error';
  readonly signal: AbortSignal;
}

export interface FfmpegRun {
  /** Null if ffmpeg reads a file. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** `pipe:4` and above. */
  readonly pipes: readonly Readable[];
  /**
   * Resolves when ffmpeg has ended, with the number of packets that it could not decode. Rejects with the signal's reason, or with MediaFailureError if ffmpeg
   * hung.
   */
  readonly exit: Promise<{
    readonly code: number | null;
    readonly stderr: string;
    readonly damagedPackets: number;
  }>;
  kill(): void;
}

/**
 * Starts ffmpeg on one file, without a shell, interactive input or inherited descriptors except the pipes.
 */
export function runFfmpeg(job: FfmpegJob): FfmpegRun {
  const { file, signal } = job;
  signal.throwIfAborted();
  const descriptor = file === 'stdin' ? undefined : file.descriptor;
  const inputUrl = file === 'stdin' ? 'pipe:0' : file.url;
  const url = descriptor === undefined ? inputUrl : 'file:/proc/self/fd/3';
  const isProbe = job.tool === 'ffprobe';
  const child: ChildProcess = spawn(
    isProbe ? (findFfprobe(job.program) ?? 'ffprobe') : job.program,
    [
      ...(isProbe ? [] : ['-nostdin']),
      ...['-hide_banner', '-v', job.level ?? 'error', '-max_alloc', `${MAX_ALLOCATION_BYTES}`],
      ...inputArguments(url, job.input ?? []),
      ...job.output,
    ],
    {
      stdio: [
        file === 'stdin' ? 'pipe' : 'ignore',
        ...(['pipe', 'pipe', descriptor ?? 'ignore'] as const),
        ...Array(job.pipes ?? 0).fill('pipe'),
      ],
      env: { PATH: process.env.PATH, LANG: 'C', MALLOC_ARENA_MAX: '2' },
    },
  );
  const outputs = [child.stdout, ...child.stdio.slice(4)] as Readable[];
  const [stdout, ...pipes] = outputs;
  if (!stdout || !child.stderr) throw new Error('ffmpeg has no output');
  try {
    if (child.pid !== undefined) setPriority(child.pid, 19);
  } catch {
    // If the system refuses, ffmpeg runs at normal priority.
  }
  let head = '';
  let tail = '';
  let isHung = false;
  let damagedPackets = 0;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    isHung = true;
    kill();
  }, SILENCE_MS);
  // A reader that pauses its pipe blocks ffmpeg, which does not count as silence.
  const restartTimer = () => timer.refresh();
  const pausedCheck = setInterval(() => {
    if (outputs.some((output) => output.isPaused())) timer.refresh();
  }, SILENCE_MS / 5);
  for (const output of outputs) output.on('data', restartTimer).pause();
  // ffmpeg may end before everything was written to it; its exit tells why.
  child.stdin?.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    restartTimer();
    damagedPackets += text.match(DAMAGED_PACKET)?.length ?? 0;
    const freeChars = MAX_STDERR_CHARS - head.length;
    head += text.slice(0, freeChars);
    tail = (tail + text.slice(freeChars)).slice(-MAX_STDERR_CHARS);
  });
  signal.addEventListener('abort', kill, { once: true });
  const exit = once(child, 'close').then(
    ([code]) => {
      clearTimeout(timer);
      clearInterval(pausedCheck);
      signal.removeEventListener('abort', kill);
      signal.throwIfAborted();
      if (isHung) throw createTimeoutError();
      return { code: code as number | null, stderr: head + tail, damagedPackets };
    },
    (error: unknown) => {
      clearTimeout(timer);
      clearInterval(pausedCheck);
      throw error;
    },
  );
  exit.catch(() => undefined);
  return { stdin: child.stdin, stdout, pipes, exit, kill };
}

/** Runs ffmpeg to its end and collects at most `most` bytes of its stdout. */
export async function collectFfmpeg(
  job: FfmpegJob,
  maxBytes: number,
): Promise<{ readonly code: number | null; readonly stderr: string; readonly stdout: Buffer }> {
  const run = runFfmpeg(job);
  const parts: Buffer[] = [];
  let size = 0;
  run.stdout.on('data', (part: Buffer) => {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    else run.kill();
  });
  run.stdout.resume();
  const end = await run.exit;
  return { ...end, stdout: Buffer.concat(parts) };
}
