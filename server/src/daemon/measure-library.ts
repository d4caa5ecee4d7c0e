import type { DaemonMeasurements, DurationHistogram } from '../core/text/format-metrics.ts';
import type { Library } from '../library.ts';

/** Upper bounds of the histogram, in seconds. Searches take tens of ms, answers of large models minutes. */
const BOUNDS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
/** The speed of indexing is that of this time, in ms. */
const PACE_WINDOW_MS = 5 * 60_000;
/** A shorter time measures no speed, in ms. */
const MIN_PACE_MS = 1000;

type MeasuredKind = 'search' | 'ask';

export interface MeasuredLibrary {
  readonly library: Library;
  /** `clipsDone`: of the present status. Repeated calls measure the speed. */
  measurements(clipsDone: number | undefined): DaemonMeasurements;
}

/** Measures how long the searches and questions of a library take. `nowMs`: a clock that never goes back. */
export function measureLibrary(library: Library, nowMs: () => number): MeasuredLibrary {
  const durations: Record<MeasuredKind, { counts: number[]; count: number; sumS: number }> = {
    search: createCounts(),
    ask: createCounts(),
  };
  const failedRequests: Record<MeasuredKind, number> = { search: 0, ask: 0 };
  let paceSamples: readonly { readonly atMs: number; readonly clips: number }[] = [];

  const measure = async <T>(kind: MeasuredKind, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const startMs = nowMs();
    try {
      return await work();
    } catch (error) {
      // Who no longer waits has not met a failure.
      if (!signal.aborted) failedRequests[kind] += 1;
      throw error;
    } finally {
      const seconds = (nowMs() - startMs) / 1000;
      const kindDurations = durations[kind];
      kindDurations.count += 1;
      kindDurations.sumS += seconds;
      for (const [at, bound] of BOUNDS_S.entries())
        if (seconds <= bound) kindDurations.counts[at] = (kindDurations.counts[at] ?? 0) + 1;
    }
  };
  const measurePace = (clips: number): number | undefined => {
    const atMs = nowMs();
    paceSamples = [...paceSamples.filter((each) => atMs - each.atMs <= PACE_WINDOW_MS), { atMs, clips }];
    const [first] = paceSamples;
    if (first === undefined || atMs - first.atMs < MIN_PACE_MS) return undefined;
    // Videos that are removed or indexed again make it negative.
    return Math.max(0, ((clips - first.clips) * 1000) / (atMs - first.atMs));
  };
  return {
    library: {
      ...library,
      search: (request, signal) => measure('search', signal, () => library.search(request, signal)),
      ask: (request, onDelta, signal) => measure('ask', signal, () => library.ask(request, onDelta, signal)),
    },
    measurements(clipsDone) {
      const clipsPerSecond = clipsDone === undefined ? undefined : measurePace(clipsDone);
      return {
        requests: (['search', 'ask'] as const).map((kind) => toHistogram(kind, durations[kind])),
        failedRequests: { ...failedRequests },
        ...(clipsPerSecond !== undefined && { clipsPerSecond }),
      };
    },
  };
}

const createCounts = () => ({ counts: BOUNDS_S.map(() => 0), count: 0, sumS: 0 });

function toHistogram(
  kind: string,
  { counts, count, sumS }: ReturnType<typeof createCounts>,
): DurationHistogram {
  return { kind, buckets: BOUNDS_S.map((bound, at) => [bound, counts[at] ?? 0]), count, sumS };
}
