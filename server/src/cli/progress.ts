import { stageLabel } from '../../protocol/names.ts';
import type { IndexProgress } from '../../protocol/work.ts';
import { formatDuration } from '../core/domain/format-time.ts';
import type { OutputStream } from './context.ts';
import { formatCount } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { displayWidth, truncateToWidth } from './terminal.ts';

/** Shows progress: one bar that is redrawn on a terminal, or a line at each tenth elsewhere. */
export interface ProgressDisplay<T> {
  show(progress: T): void;
  /** Removes the bar. Further calls do nothing. */
  end(): void;
}

/** Describes the display of one progress report. */
export interface ProgressView {
  /** 0..1, or undefined while unknown. */
  readonly fraction: number | undefined;
  /** What is never cut off, such as the time left. */
  readonly lead?: string;
  readonly text: string;
  /** The current file. Cut if the line is too long. */
  readonly currentItem: string;
  /** Marks a fault that is being retried. It is printed even where only tenths are printed. */
  readonly isFault?: boolean;
}

const BAR_CHARS = 24;
/** The bar gives way in a narrow terminal; below this it is left out. */
const MIN_BAR_CHARS = 6;

function toIndexProgressView(progress: IndexProgress): ProgressView {
  const { videos, done, percent, path, stage, stagePercent, leftMs } = progress;
  const fraction = percent === undefined ? done / videos : percent / 100;
  const stageText = stage === undefined ? '' : stageLabel(stage);
  const percentText = stagePercent === undefined ? '' : ` ${Math.round(stagePercent)} %`;
  return {
    fraction: videos === 0 ? undefined : Math.min(1, fraction),
    lead: [
      ...(percent === undefined ? [] : [`${Math.floor(percent)} %`]),
      ...(leftMs === undefined ? [] : [`${formatDuration(leftMs)} left`]),
    ].join(', '),
    text: formatIndexProgress(progress),
    currentItem: path ? `${stageText}${percentText}, ${sanitiseLine(path.split(/[/\\]/).at(-1) ?? '')}` : '',
  };
}

/** Formats indexing progress: `3 of 20 videos, 1 failed, 12x real time`. */
export function formatIndexProgress(progress: IndexProgress): string {
  const parts = [`${progress.done} of ${formatCount(progress.videos, 'video')}`];
  if (progress.failed > 0) parts.push(`${progress.failed} failed`);
  if (progress.speed !== undefined) {
    parts.push(`${progress.speed >= 10 ? Math.round(progress.speed) : progress.speed.toFixed(1)}x real time`);
  }
  return parts.join(', ');
}

/** Formats the bar with its text, at most `columns` characters wide. */
export function formatIndexBar(progress: IndexProgress, columns: number): string {
  return formatBar(toIndexProgressView(progress), columns);
}

function formatBar({ fraction, lead = '', text, currentItem }: ProgressView, columns: number): string {
  const width = columns - 1;
  const barChars = Math.min(BAR_CHARS, width - displayWidth(lead) - 1);
  const filledChars = Math.round((fraction ?? 0) * barChars);
  const bar =
    barChars < MIN_BAR_CHARS ? '' : `${'█'.repeat(filledChars)}${'░'.repeat(barChars - filledChars)} `;
  const head = `${bar}${lead || text}`;
  // Stage and file say more than the counts, which give way first.
  const rest = [currentItem, lead === '' ? '' : text].filter((part) => part !== '').join('  ');
  const room = width - displayWidth(head) - 2;
  return rest === '' || room < 1 ? truncateToWidth(head, width) : `${head}  ${truncateToWidth(rest, room)}`;
}

export function showIndexProgress(
  stream: OutputStream,
  env: NodeJS.ProcessEnv,
): ProgressDisplay<IndexProgress> {
  return createProgressDisplay(stream, env, 'indexing', toIndexProgressView);
}

/** Creates a display for a stream. `title` starts each line that is printed without a terminal. */
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
    show({ fraction, lead, text, isFault }) {
      if (isFault) {
        stream.write(`${title}: ${text}\n`);
        return;
      }
      const tenth = Math.floor((fraction ?? -1) * 10);
      if (tenth <= printedTenth) return;
      printedTenth = tenth;
      stream.write(`${title}: ${lead ? `${lead}, ` : ''}${text}\n`);
    },
    end() {},
  };
}
