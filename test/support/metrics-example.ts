import type { WorkersResult } from '../../server/protocol/workers.ts';
import { formatMetrics } from '../../server/src/core/text/format-metrics.ts';
import { measureLibrary } from '../../server/src/daemon/measure-library.ts';
import { aStatus, fakeLibrary } from './fake-library.ts';

const worker: WorkersResult['workers'][number] = {
  id: 'w1',
  host: 'a "b"\\c\nd',
  version: 'b',
  state: 'working',
  roles: [],
  running: [{ stage: 'caption', uri: 'file:///a', share: 0.5 }],
  done: 5,
  refused: 1,
  mediaPace: 2.5,
  load: 0.25,
  errors: [],
};

/** Metrics of a daemon that searched for 20 ms and 3 s, failed once, and indexed 60 clips in a minute. */
export async function createMetricsExample(): Promise<string> {
  let nowMs = 0;
  const library = fakeLibrary();
  const { signal } = new AbortController();
  const measured = measureLibrary(
    {
      ...library,
      async search(request) {
        nowMs += request.query === 'slow' ? 3000 : 20;
        if (request.query === 'boom') throw new Error('a defect');
        return { hits: [] };
      },
    },
    () => nowMs,
  );
  measured.measurements(30);
  await measured.library.search({ query: 'quick' }, signal);
  await measured.library.search({ query: 'slow' }, signal);
  await measured.library.search({ query: 'boom' }, signal).catch(() => undefined);
  nowMs = 60_000;
  const failure = {
    uri: 'file:///a',
    path: '/a',
    stage: 'facts',
    kind: 'truncated',
    reason: 'r',
    remedy: 'm',
  };
  const status = {
    ...aStatus,
    clipsDone: 90,
    work: { ...aStatus.work, waiting: 4, failed: [failure, failure] },
  };
  const workers = { queue: 'redis://q/0', workers: [worker] };
  return formatMetrics(status, workers, measured.measurements(90));
}
