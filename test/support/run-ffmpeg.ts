import { execFileSync } from 'node:child_process';

/** Runs the ffmpeg on the PATH to make a test input. Throws with what ffmpeg wrote if it fails. */
export function runFfmpeg(...options: readonly string[]): void {
  execFileSync('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-y', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
