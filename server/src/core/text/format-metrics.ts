import type { Status } from '../../../protocol/status.ts';
import type { WorkersResult } from '../../../protocol/workers.ts';

type Labels = Readonly<Record<string, string>>;
type MetricKind = 'gauge' | 'counter' | 'histogram';

/** Durations of one kind of request, as Prometheus counts them. */
export interface DurationHistogram {
  /** The kind of request, such as `search`. */
  readonly kind: string;
  /** Upper bounds in seconds, ascending, and how many requests took at most so long. */
  readonly buckets: readonly (readonly [atMostS: number, count: number])[];
  readonly count: number;
  readonly sumS: number;
}

/** What a daemon measures of itself. */
export interface DaemonMeasurements {
  readonly requests: readonly DurationHistogram[];
  /** Requests that ended with an error since the start, by kind. */
  readonly failedRequests: Readonly<Record<string, number>>;
  /** Clips indexed per second, averaged over the last minutes. Absent until it is known. */
  readonly clipsPerSecond?: number;
}

/** Formats one value in Prometheus' text format. */
function sample(name: string, value: number, labels: Labels = {}): string {
  const escaped = Object.entries(labels).map(([key, text]) => {
    const safe = text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
    return `${key}="${safe}"`;
  });
  return `${name}${escaped.length > 0 ? `{${escaped.join(',')}}` : ''} ${value}`;
}

function metric(name: string, kind: MetricKind, help: string, samples: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...samples].join('\n');
}

const gauge = (name: string, help: string, value: number) =>
  metric(name, 'gauge', help, [sample(name, value)]);

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

/** Formats the state of a daemon and its workers in Prometheus' text format. */
export function formatMetrics(
  status: Status,
  workers: WorkersResult,
  measurements?: DaemonMeasurements,
): string {
  const metrics = [
    ...formatIndex(status),
    ...(measurements === undefined ? [] : formatMeasurements(measurements)),
    ...(workers.queue === '' ? [] : formatWorkers(workers)),
  ];
  return `${metrics.join('\n')}\n`;
}

function formatIndex(status: Status): readonly string[] {
  const { work } = status;
  // A reason as one word: sentences name files, and each would be a series of its own.
  const failures = [...countBy(work.failed, ({ stage, kind = 'unknown' }) => `${stage}\n${kind}`)];
  return [
    gauge('goldfish_videos', 'Files in the index.', status.videos),
    gauge('goldfish_clips', 'Distinct clips in the index.', status.clips),
    ...(status.clipsDone === undefined
      ? []
      : [gauge('goldfish_clips_done', 'Clips whose indexing is finished.', status.clipsDone)]),
    gauge('goldfish_index_bytes', 'Size of the index.', status.indexBytes),
    gauge('goldfish_work_waiting', 'Jobs that wait.', work.waiting),
    gauge('goldfish_work_running', 'Jobs that run, here or on workers.', work.running.length),
    gauge('goldfish_work_offline', 'Videos whose drive is missing.', work.offline),
    metric(
      'goldfish_work_failed',
      'gauge',
      'Failed jobs by stage and reason.',
      failures.map(([key, count]) => {
        const [stage = '', reason = ''] = key.split('\n');
        return sample('goldfish_work_failed', count, { stage, reason });
      }),
    ),
  ];
}

function formatMeasurements({
  requests,
  failedRequests,
  clipsPerSecond,
}: DaemonMeasurements): readonly string[] {
  const name = 'goldfish_request_seconds';
  const durations = requests.flatMap(({ kind, buckets, count, sumS }) => [
    ...buckets.map(([le, atMost]) => sample(`${name}_bucket`, atMost, { kind, le: String(le) })),
    sample(`${name}_bucket`, count, { kind, le: '+Inf' }),
    sample(`${name}_sum`, sumS, { kind }),
    sample(`${name}_count`, count, { kind }),
  ]);
  const failures = Object.entries(failedRequests).map(([kind, count]) =>
    sample('goldfish_request_failures_total', count, { kind }),
  );
  return [
    metric(name, 'histogram', 'Time until a search or a question is answered.', durations),
    metric(
      'goldfish_request_failures_total',
      'counter',
      'Searches and questions that ended with an error.',
      failures,
    ),
    ...(clipsPerSecond === undefined
      ? []
      : [gauge('goldfish_clips_per_second', 'Clips indexed per second, over five minutes.', clipsPerSecond)]),
  ];
}

function formatWorkers({ problem, workers }: WorkersResult): readonly string[] {
  const states = [...countBy(workers, ({ state }) => state)];
  const perWorker = (
    name: string,
    kind: MetricKind,
    help: string,
    toValue: (worker: WorkersResult['workers'][number]) => number,
  ) =>
    metric(
      name,
      kind,
      help,
      workers.map((worker) => sample(name, toValue(worker), { worker: worker.id, host: worker.host })),
    );
  return [
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
  ];
}
