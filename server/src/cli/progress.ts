import type { IndexProgress } from '../../protocol/work.ts';
import type { OutputStream } from './context.ts';
import { formatCount, formatDuration, truncateAtWord } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Shows how long work goes: one bar that is redrawn on a terminal, a line at each tenth elsewhere. */
export interface ProgressDisplay<T> {
  show(progress: T): void;
  /** Takes the bar away; calling it again does nothing. */
  end(): void;
}

/** What is shown of a progress. */
export interface ProgressView {
  /** 0..1; undefined while nothing is known. */
  readonly fraction: number | undefined;
  readonly text: string;
  /** What is being worked on; left out where there is no room. */
  readonly currentItem: string;
  /** A fault that is being got over: told even where only tenths are. */
  readonly isFault?: boolean;
}

const BAR_CHARS = 24;

function toIndexProgressView(progress: IndexProgress): ProgressView {
  const { videos, done, failed, path, stage } = progress;
  return {
    fraction: videos === 0 ? undefined : Math.min(1, (done + failed) / videos),
    text: formatIndexProgress(progress),
    currentItem: path ? `${stage ?? ''} ${sanitiseLine(path.split(/[/\\]/).at(-1) ?? '')}` : '',
  };
}

/** `3 of 20 videos, 12x real time, 40 s left`. */
export function formatIndexProgress(progress: IndexProgress): string {
  const parts = [`${progress.done + progress.failed} of ${formatCount(progress.videos, 'video')}`];
  if (progress.failed > 0) parts.push(`${progress.failed} failed`);
  if (progress.speed !== undefined) {
    parts.push(`${progress.speed >= 10 ? Math.round(progress.speed) : progress.speed.toFixed(1)}x real time`);
  }
  if (progress.leftMs !== undefined) parts.push(`${formatDuration(progress.leftMs)} left`);
  return parts.join(', ');
}

/** The bar with its text, at most `columns` wide. */
export function formatIndexBar(progress: IndexProgress, columns: number): string {
  return formatBar(toIndexProgressView(progress), columns);
}

function formatBar({ fraction, text, currentItem }: ProgressView, columns: number): string {
  const filledChars = Math.round((fraction ?? 0) * BAR_CHARS);
  const line = `${'█'.repeat(filledChars)}${'░'.repeat(BAR_CHARS - filledChars)} ${text}`;
  return truncateAtWord(currentItem ? `${line}  ${currentItem}` : line, columns - 1);
}

export function showIndexProgress(
  stream: OutputStream,
  env: NodeJS.ProcessEnv,
): ProgressDisplay<IndexProgress> {
  return createProgressDisplay(stream, env, 'indexing', toIndexProgressView);
}

/** `title` begins each plain line. */
export function createProgressDisplay<T>(
  stream: OutputStream,
  env: NodeJS.ProcessEnv,
  title: string,
  view: (progress: T) => ProgressView,
): ProgressDisplay<T> {
  const display =
    stream.isTTY === true && env.TERM !== 'dumb'
      ? createBarDisplay(stream)
      : createLineDisplay(stream, title);
  return { show: (progress) => display.show(view(progress)), end: display.end };
}

function createBarDisplay(stream: OutputStream): ProgressDisplay<ProgressView> {
  let isDrawn = false;
  return {
    show(view) {
      stream.write(`\r\u001b[2K${formatBar(view, stream.columns || 80)}`);
      isDrawn = true;
    },
    end() {
      if (isDrawn) stream.write('\r\u001b[2K');
      isDrawn = false;
    },
  };
}

function createLineDisplay(stream: OutputStream, title: string): ProgressDisplay<ProgressView> {
  let printedTenth = -1;
  return {
    show({ fraction, text, isFault }) {
      if (isFault) {
        stream.write(`${title}: ${text}\n`);
        return;
      }
      const tenth = Math.floor((fraction ?? -1) * 10);
      if (tenth <= printedTenth) return;
      printedTenth = tenth;
      stream.write(`${title}: ${text}\n`);
    },
    end() {},
  };
}
