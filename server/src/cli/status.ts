import { stageLabel } from '../../protocol/names.ts';
import type {
  CaptionsLeft,
  IndexingProgress,
  RecordingWork,
  RunningWork,
  Status,
} from '../../protocol/status.ts';
import { formatDuration } from '../core/domain/format-time.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler, formatBytes, formatCount } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

const PAUSE_REASONS = {
  asked: 'paused; run "goldfish resume" to continue',
  battery: 'paused while on battery',
  quietHours: 'paused during quiet hours',
} as const;

function formatRunningWork(work: RunningWork): string {
  const percent = work.percent === undefined ? '' : ` ${Math.round(work.percent)} %`;
  const timeLeft = work.leftMs === undefined ? '' : `, ${formatDuration(work.leftMs)} left`;
  return `  ${stageLabel(work.stage)}${percent}${timeLeft}  ${sanitiseLine(work.path)}`;
}

function formatRecording({ path, durationMs, isReadable }: RecordingWork): string {
  const soFar = isReadable
    ? `still being recorded, ${formatDuration(durationMs)} so far`
    : 'still being recorded; it is indexed when it is complete';
  return `  ${soFar}  ${sanitiseLine(path)}`;
}

/** Formats progress by media time: `progress: 42 % of 3 h 10 min of media, about 2 min left`. */
function formatIndexingProgress({ percent, mediaMs, leftMs }: IndexingProgress): string {
  const timeLeft = leftMs === undefined ? '' : `, about ${formatDuration(leftMs)} left`;
  return `progress: ${Math.floor(percent)} % of ${formatDuration(mediaMs)} of media${timeLeft}`;
}

function formatCaptionsLeft({ clipsLeft, clipMs, leftMs, elsewhere }: CaptionsLeft): string {
  const clipsText = `captions: ${formatCount(clipsLeft, 'clip')} left`;
  if (clipMs === undefined || leftMs === undefined)
    return `${clipsText}; the remaining time is known after the first clip`;
  const machineText = elsewhere ? 'on another machine with two cores' : 'on this computer';
  return `${clipsText}, about ${formatDuration(leftMs)} (a clip took ${(clipMs / 1000).toFixed(1)} s ${machineText})`;
}

function formatQuestionLanguages(codes: readonly string[]): string {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const list = new Intl.ListFormat('en').format(codes.map((code) => names.of(code) ?? code));
  return `questions are understood in ${list}; in other languages their words are searched`;
}

export function formatStatus(status: Status, context: CommandContext): string {
  const paint = createTextStyler(context.out, context.env);
  const { work } = status;
  const lines = [
    `${formatCount(status.videos, 'video')}, ${formatCount(status.clips, 'clip')}, index ${formatBytes(status.indexBytes)}`,
    `work: ${work.done} done, ${work.waiting} waiting, ${work.running.length} running, ${work.failed.length} failed, ${work.offline} offline`,
  ];
  if (status.planning) lines.push('planning: the amount of work is not final yet');
  if (status.paused) lines.push(paint('yellow', PAUSE_REASONS[status.paused]));
  lines.push(...work.running.map(formatRunningWork));
  lines.push(...(work.recording ?? []).map(formatRecording));
  if (status.progress) lines.push(formatIndexingProgress(status.progress));
  if (status.captions) lines.push(formatCaptionsLeft(status.captions));
  for (const failed of work.failed) {
    lines.push(
      `  ${paint('red', 'failed')} ${sanitiseLine(failed.path)} (${failed.stage}): ${sanitiseLine(failed.reason)} ${sanitiseLine(failed.remedy)}`,
    );
  }
  for (const notice of work.notices ?? []) {
    lines.push(
      `  ${paint('yellow', 'notice')} ${sanitiseLine(notice.path)} (${notice.stage}): ${sanitiseLine(notice.reason)} ${sanitiseLine(notice.remedy)}`,
    );
  }
  for (const role of status.roles) {
    lines.push(`${role.role}: ${sanitiseLine(role.inUse)} (${sanitiseLine(role.why)})`);
  }
  if (status.questionLanguages) lines.push(formatQuestionLanguages(status.questionLanguages));
  lines.push(...status.advice.map((line) => `tip: ${sanitiseLine(line)}`));
  lines.push(
    paint(
      'dim',
      `data folder ${sanitiseLine(status.dataDir)}, process ${status.pid}, ${status.versions.build}`,
    ),
  );
  return lines.join('\n');
}

export const registerStatus: RegisterCommand = (program, run) => {
  program
    .command('status')
    .description('show what is indexed, what is in progress, and what failed and why')
    .addHelpText('after', formatExamples('goldfish status', 'goldfish status --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/status', {}, { signal: context.signal });
        return { result, text: formatStatus(result, context) };
      }),
    );
};
