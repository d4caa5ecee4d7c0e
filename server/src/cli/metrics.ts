import type { Status } from '../../protocol/status.ts';
import type { WorkersResult } from '../../protocol/workers.ts';
import { formatExamples, type RegisterCommand } from './command.ts';

type Labels = Readonly<Record<string, string>>;

/** Formats one value in Prometheus' text format. */
function sample(name: string, value: number, labels: Labels = {}): string {
  const escaped = Object.entries(labels).map(([key, text]) => {
    const safe = text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
    return `${key}="${safe}"`;
  });
  return `${name}${escaped.length > 0 ? `{${escaped.join(',')}}` : ''} ${value}`;
}

function metric(name: string, kind: 'gauge' | 'counter', help: string, samples: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...samples].join('\n');
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

/** Formats the state of a daemon and its workers in Prometheus' text format. */
export function formatMetrics(status: Status, { queue, problem, workers }: WorkersResult): string {
  const { work } = status;
  const failures = [...countBy(work.failed, ({ stage }) => stage)];
  const states = [...countBy(workers, ({ state }) => state)];
  const gauge = (name: string, help: string, value: number) =>
    metric(name, 'gauge', help, [sample(name, value)]);
  const perWorker = (
    name: string,
    kind: 'gauge' | 'counter',
    help: string,
    toValue: (worker: WorkersResult['workers'][number]) => number,
  ) =>
    metric(
      name,
      kind,
      help,
      workers.map((worker) => sample(name, toValue(worker), { worker: worker.id, host: worker.host })),
    );
  const metrics = [
    gauge('goldfish_videos', 'Files in the index.', status.videos),
    gauge('goldfish_clips', 'Distinct clips in the index.', status.clips),
    gauge('goldfish_index_bytes', 'Size of the index.', status.indexBytes),
    gauge('goldfish_work_waiting', 'Jobs that wait.', work.waiting),
    gauge('goldfish_work_running', 'Jobs that run, here or on workers.', work.running.length),
    gauge('goldfish_work_offline', 'Videos whose drive is missing.', work.offline),
    metric(
      'goldfish_work_failed',
      'gauge',
      'Failed jobs by stage.',
      failures.map(([stage, count]) => sample('goldfish_work_failed', count, { stage })),
    ),
  ];
  if (queue === '') return `${metrics.join('\n')}\n`;
  return `${[
    ...metrics,
    gauge('goldfish_queue_up', '1 if the queue to workers can be used.', problem === undefined ? 1 : 0),
    metric(
      'goldfish_workers',
      'gauge',
      'Workers by state.',
      states.map(([state, count]) => sample('goldfish_workers', count, { state })),
    ),
    perWorker(
      'goldfish_worker_running',
      'gauge',
      'Tasks that a worker runs.',
      ({ running }) => running.length,
    ),
    perWorker('goldfish_worker_done_total', 'counter', 'Tasks that a worker completed.', ({ done }) => done),
    perWorker(
      'goldfish_worker_refused_total',
      'counter',
      'Tasks that failed because of the media.',
      ({ refused }) => refused,
    ),
    perWorker(
      'goldfish_worker_media_pace',
      'gauge',
      'Seconds of video per second.',
      ({ mediaPace }) => mediaPace,
    ),
    perWorker('goldfish_worker_load', 'gauge', 'Load average per processor.', ({ load }) => load),
  ].join('\n')}\n`;
}

export const registerMetrics: RegisterCommand = (program, run) => {
  program
    .command('metrics')
    .description("print the state of the daemon and its workers in Prometheus' text format")
    .addHelpText(
      'after',
      formatExamples(
        'goldfish metrics > /var/lib/node_exporter/goldfish.prom.new',
        'goldfish metrics --json',
      ),
    )
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const [status, workers] = await Promise.all([
          client.request('goldfish/status', {}, { signal }),
          client.request('goldfish/workers', {}, { signal }),
        ]);
        return { result: { status, workers }, text: formatMetrics(status, workers).trimEnd() };
      }),
    );
};
