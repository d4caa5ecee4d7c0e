import type { CaptionsLeft, RunningWork, Status } from '../../protocol/status.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler, formatBytes, formatCount, formatDuration } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

const PAUSE_REASONS = {
  asked: 'paused: "resume" goes on',
  battery: 'paused while on battery',
  quietHours: 'paused in the quiet hours',
} as const;

function formatRunningWork(work: RunningWork): string {
  const percent = work.percent === undefined ? '' : ` ${Math.round(work.percent)}%`;
  const timeLeft = work.leftMs === undefined ? '' : `, ${formatDuration(work.leftMs)} left`;
  return `  ${work.stage}${percent}${timeLeft}  ${sanitiseLine(work.path)}`;
}

function formatCaptionsLeft({ clipsLeft, clipMs, leftMs, elsewhere }: CaptionsLeft): string {
  const clipsText = `captions: ${formatCount(clipsLeft, 'clip')} left`;
  if (clipMs === undefined || leftMs === undefined)
    return `${clipsText}; how long they take can be told after the first of them`;
  const machineText = elsewhere ? 'on the two cores of another machine' : 'here';
  return `${clipsText}, about ${formatDuration(leftMs)} (a clip took ${(clipMs / 1000).toFixed(1)} s ${machineText})`;
}

function formatStatus(status: Status, context: CommandContext): string {
  const paint = createTextStyler(context.out, context.env);
  const { work } = status;
  const lines = [
    `${formatCount(status.videos, 'video')}, ${formatCount(status.clips, 'clip')}, index ${formatBytes(status.indexBytes)}`,
    `work: ${work.done} done, ${work.waiting} waiting, ${work.running.length} running, ${work.failed.length} failed, ${work.offline} offline`,
  ];
  if (status.planning) lines.push('planning: the counts of work are not final yet');
  if (status.paused) lines.push(paint('yellow', PAUSE_REASONS[status.paused]));
  lines.push(...work.running.map(formatRunningWork));
  if (status.captions) lines.push(formatCaptionsLeft(status.captions));
  for (const failed of work.failed) {
    lines.push(
      `  ${paint('red', 'failed')} ${sanitiseLine(failed.path)} (${failed.stage}): ${sanitiseLine(failed.reason)} ${sanitiseLine(failed.remedy)}`,
    );
  }
  for (const role of status.roles) {
    lines.push(`${role.role}: ${sanitiseLine(role.inUse)} (${sanitiseLine(role.why)})`);
  }
  lines.push(...status.advice.map((line) => `better: ${sanitiseLine(line)}`));
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
    .description('what is indexed, what is being done, what failed and why')
    .addHelpText('after', formatExamples('goldfish status', 'goldfish status --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/status', {}, { signal: context.signal });
        return { result, text: formatStatus(result, context) };
      }),
    );
};
