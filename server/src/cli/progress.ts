import type { IndexProgress } from '../../protocol/work.ts';
import type { Out } from './context.ts';
import { cleanLine } from './escape.ts';
import { count, duration, shorten } from './format.ts';

/** Shows how indexing goes: one bar that is redrawn on a terminal, a line at each tenth elsewhere. */
export interface Progress {
  show(progress: IndexProgress): void;
  /** Takes the bar away; calling it again does nothing. */
  end(): void;
}

const WIDTH = 24;

function share(progress: IndexProgress): number {
  return progress.videos === 0 ? 0 : Math.min(1, (progress.done + progress.failed) / progress.videos);
}

/** `3 of 20 videos, 12x real time, 40 s left`. */
export function progressText(progress: IndexProgress): string {
  const parts = [`${progress.done + progress.failed} of ${count(progress.videos, 'video')}`];
  if (progress.failed > 0) parts.push(`${progress.failed} failed`);
  if (progress.speed !== undefined) {
    parts.push(`${progress.speed >= 10 ? Math.round(progress.speed) : progress.speed.toFixed(1)}x real time`);
  }
  if (progress.leftMs !== undefined) parts.push(`${duration(progress.leftMs)} left`);
  return parts.join(', ');
}

/** The bar with its text, at most `columns` wide. */
export function bar(progress: IndexProgress, columns: number): string {
  const full = Math.round(share(progress) * WIDTH);
  const drawn = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${progressText(progress)}`;
  const at = progress.path
    ? `  ${progress.stage ?? ''} ${cleanLine(progress.path.split(/[/\\]/).at(-1) ?? '')}`
    : '';
  return shorten(`${drawn}${at}`, columns - 1);
}

export function progressOn(stream: Out, env: NodeJS.ProcessEnv): Progress {
  return stream.isTTY === true && env.TERM !== 'dumb' ? redrawn(stream) : lines(stream);
}

function redrawn(stream: Out): Progress {
  let drawn = false;
  return {
    show(progress) {
      stream.write(`\r\u001b[2K${bar(progress, stream.columns ?? 80)}`);
      drawn = true;
    },
    end() {
      if (drawn) stream.write('\r\u001b[2K');
      drawn = false;
    },
  };
}

function lines(stream: Out): Progress {
  let told = -1;
  return {
    show(progress) {
      const tenth = Math.floor(share(progress) * 10);
      if (progress.videos === 0 || tenth <= told) return;
      told = tenth;
      stream.write(`indexing: ${progressText(progress)}\n`);
    },
    end() {},
  };
}
