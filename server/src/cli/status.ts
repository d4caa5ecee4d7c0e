import type { CaptionsLeft, RunningWork, Status } from '../../protocol/status.ts';
import { examples, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { count, duration, painter, size } from './format.ts';

const reasons = {
  asked: 'paused: "resume" goes on',
  battery: 'paused while on battery',
  quietHours: 'paused in the quiet hours',
} as const;

function runningLine(work: RunningWork): string {
  const percent = work.percent === undefined ? '' : ` ${Math.round(work.percent)}%`;
  const left = work.leftMs === undefined ? '' : `, ${duration(work.leftMs)} left`;
  return `  ${work.stage}${percent}${left}  ${cleanLine(work.path)}`;
}

function captionsLine({ clipsLeft, clipMs, leftMs, elsewhere }: CaptionsLeft): string {
  const left = `captions: ${count(clipsLeft, 'clip')} left`;
  if (clipMs === undefined || leftMs === undefined)
    return `${left}; how long they take can be told after the first of them`;
  const where = elsewhere ? 'on the two cores of another machine' : 'here';
  return `${left}, about ${duration(leftMs)} (a clip took ${(clipMs / 1000).toFixed(1)} s ${where})`;
}

export function statusText(status: Status, context: Context): string {
  const paint = painter(context.out, context.env);
  const { work } = status;
  const lines = [
    `${count(status.videos, 'video')}, ${count(status.clips, 'clip')}, index ${size(status.indexBytes)}`,
    `work: ${work.done} done, ${work.waiting} waiting, ${work.running.length} running, ${work.failed.length} failed, ${work.offline} offline`,
  ];
  if (status.planning) lines.push('planning: the counts of work are not final yet');
  if (status.paused) lines.push(paint('yellow', reasons[status.paused]));
  lines.push(...work.running.map(runningLine));
  if (status.captions) lines.push(captionsLine(status.captions));
  for (const failed of work.failed) {
    lines.push(
      `  ${paint('red', 'failed')} ${cleanLine(failed.path)} (${failed.stage}): ${cleanLine(failed.reason)} ${cleanLine(failed.remedy)}`,
    );
  }
  for (const role of status.roles) {
    lines.push(`${role.role}: ${cleanLine(role.inUse)} (${cleanLine(role.why)})`);
  }
  lines.push(...status.advice.map((line) => `better: ${cleanLine(line)}`));
  lines.push(
    paint('dim', `data folder ${cleanLine(status.dataDir)}, process ${status.pid}, ${status.versions.build}`),
  );
  return lines.join('\n');
}

export const status: Register = (program, run) => {
  program
    .command('status')
    .description('what is indexed, what is being done, what failed and why')
    .addHelpText('after', examples('goldfish status', 'goldfish status --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/status', {}, { signal: context.signal });
        return { result, text: statusText(result, context) };
      }),
    );
};
