import type { IndexProgress } from '../../protocol/work.ts';
import type { Out } from './context.ts';
import { cleanLine } from './escape.ts';
import { count, duration, shorten } from './format.ts';

/** Shows how long work goes: one bar that is redrawn on a terminal, a line at each tenth elsewhere. */
export interface Progress<T> {
  show(progress: T): void;
  /** Takes the bar away; calling it again does nothing. */
  end(): void;
}

/** What is shown of a progress. */
export interface View {
  /** 0..1; undefined while nothing is known. */
  readonly share: number | undefined;
  readonly text: string;
  /** What is being worked on; left out where there is no room. */
  readonly at: string;
  /** A fault that is being got over: told even where only tenths are. */
  readonly fault?: boolean;
}

const WIDTH = 24;

function indexView(progress: IndexProgress): View {
  const { videos, done, failed, path, stage } = progress;
  return {
    share: videos === 0 ? undefined : Math.min(1, (done + failed) / videos),
    text: progressText(progress),
    at: path ? `${stage ?? ''} ${cleanLine(path.split(/[/\\]/).at(-1) ?? '')}` : '',
  };
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
  return drawn(indexView(progress), columns);
}

function drawn({ share, text, at }: View, columns: number): string {
  const full = Math.round((share ?? 0) * WIDTH);
  const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${text}`;
  return shorten(at ? `${line}  ${at}` : line, columns - 1);
}

export function progressOn(stream: Out, env: NodeJS.ProcessEnv): Progress<IndexProgress> {
  return viewOn(stream, env, 'indexing', indexView);
}

/** `title` begins each plain line. */
export function viewOn<T>(
  stream: Out,
  env: NodeJS.ProcessEnv,
  title: string,
  view: (progress: T) => View,
): Progress<T> {
  const show = stream.isTTY === true && env.TERM !== 'dumb' ? redrawn(stream) : lines(stream, title);
  return { show: (progress) => show.show(view(progress)), end: show.end };
}

function redrawn(stream: Out): Progress<View> {
  let there = false;
  return {
    show(view) {
      stream.write(`\r\u001b[2K${drawn(view, stream.columns || 80)}`);
      there = true;
    },
    end() {
      if (there) stream.write('\r\u001b[2K');
      there = false;
    },
  };
}

function lines(stream: Out, title: string): Progress<View> {
  let told = -1;
  return {
    show({ share, text, fault }) {
      if (fault) {
        stream.write(`${title}: ${text}\n`);
        return;
      }
      const tenth = Math.floor((share ?? -1) * 10);
      if (tenth <= told) return;
      told = tenth;
      stream.write(`${title}: ${text}\n`);
    },
    end() {},
  };
}
