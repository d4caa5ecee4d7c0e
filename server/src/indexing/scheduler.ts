import type { Log } from '../base/log.ts';
import { ChildError } from '../base/supervised.ts';
import { FailureError } from '../core/failure.ts';
import type { Job, Lane, Outcome } from '../core/job.ts';
import { jobKey, planVideo } from '../core/plan.ts';
import type { Uri } from '../core/range.ts';
import type { Stage } from '../core/recipe.ts';
import { UnavailableError } from '../core/unavailable.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Executor, Running } from '../ports/executor.ts';
import type { Catalogue } from './catalogue.ts';
import { outcomeBatch, unexpected } from './outcome.ts';
import { createSaving } from './saving.ts';
import type { StageResult, StageRunner } from './stage.ts';
import { createTurns } from './turns.ts';

export interface Scheduler {
  /** Plans these contents anew; to be called after every change of theirs. */
  touch(videoIds: Iterable<string>): void;
  /** Plans everything anew: after a start, other settings, a model that arrived. */
  touchAll(): void;
  /** A person waits for these: they go into lane `now`. Resolves when nothing of them is left to do. */
  settled(videoIds: Iterable<string>, signal: AbortSignal): Promise<void>;
  /** Makes anew what is derived from a content's rows, at once: a person has corrected it and no pause holds that up. */
  derive(videoId: string): Promise<void>;
  /** What was just searched or opened is done before everything else that waits, in this order. */
  boost(videoIds: Iterable<string>): void;
  /** Nothing new starts while the question is being answered, neither a job nor the next batch of one that runs. */
  question<T>(answer: () => Promise<T>): Promise<T>;
  /** Whether something is left to do for a content, of what can be done. */
  busy(videoId: string): boolean;
  unavailable(): ReadonlyMap<Stage, string>;
  /** Why the index cannot be written now; undefined while it can. */
  trouble(): unknown;
  running(): readonly Running[];
  pause(): void;
  resume(): void;
  setWidth(width: number): void;
  close(): Promise<void>;
}

/** Most contents kept in front by `boost`. */
const BOOSTED = 32;

/** Contents planned between two turns of the event loop: some ms. */
const TURN = 100;

/** Above any rank of plan.ts. */
const FIRST = 1e17;

const LANES: readonly Lane[] = ['now', 'fast', 'deep'];

/** After a write that failed, ms: a full disk is not asked too often, and noticed soon enough when there is room. */
const RETRY_MS = 10_000;
/** A host that did not serve is asked again after so long, ms. */
const UNAVAILABLE_RETRY_MS = 60_000;

export function createScheduler(options: {
  readonly catalogue: Catalogue;
  readonly stages: readonly StageRunner[];
  readonly executor: (
    run: (job: Job, onShare: (share: number) => void, signal: AbortSignal) => Promise<Outcome<StageResult>>,
    settle: (job: Job, outcome: Outcome<StageResult>) => Promise<void>,
  ) => Executor;
  /** Whether the media of a copy can be read now. */
  readonly online: (copy: Copy) => boolean;
  /** The file was not there when it was to be read. */
  readonly onMissing: (uri: Uri) => void;
  /** After each settled job and each plan. */
  readonly onChange: (videoIds: ReadonlySet<string>) => void;
  readonly log: Log;
}): Scheduler {
  const { catalogue, log } = options;
  const runners = new Map(options.stages.map((runner) => [runner.plan.stage, runner]));
  const plans = options.stages.map((runner) => runner.plan);
  const planned = new Map<string, readonly Job[]>();
  const asked = new Map<string, number>();
  const unavailable = new Map<Stage, string>();
  let boosted: string[] = [];
  /** Contents that are planned once the write of theirs that is under way has ended. */
  const later = new Set<string>();
  const waiters = new Set<() => void>();
  let trouble: unknown;
  const closed = false;
  let retry: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  const executor = options.executor(run, settle);
  const turns = createTurns();
  const saving = createSaving({
    catalogue,
    derived: plans.filter(({ derived }) => derived).map(({ stage }) => stage),
    running: () => executor.running(),
    onChange: (videoId) => touch([videoId]),
    log,
  });

  function readable(videoId: string): readonly Copy[] {
    return catalogue
      .copiesOf(videoId)
      .filter((copy) => !copy.forgotten && copy.failures.probe === undefined && options.online(copy));
  }

  /** Greater for what was asked for later. */
  function boostOf(videoId: string): number {
    const at = boosted.indexOf(videoId);
    return at < 0 ? 0 : BOOSTED - at;
  }

  function plan(videoId: string): void {
    const writing = catalogue.unwritten(videoId);
    if (writing !== undefined) {
      // What is derived would be made of rows that are not there yet, and count as done.
      if (later.has(videoId)) return;
      later.add(videoId);
      void writing.then(() => {
        later.delete(videoId);
        touch([videoId]);
      });
      return;
    }
    const jobs = planVideo(
      readable(videoId),
      catalogue.video(videoId),
      plans,
      boostOf(videoId),
      new Set(unavailable.keys()),
    ).map((job) => (asked.has(videoId) ? atOnce(job) : job));
    const wanted = new Set(jobs.map((job) => job.key));
    executor.cancel((planned.get(videoId) ?? []).map((job) => job.key).filter((key) => !wanted.has(key)));
    if (jobs.length === 0) planned.delete(videoId);
    else planned.set(videoId, jobs);
    executor.offer(jobs);
  }

  const busy = (videoId: string) => planned.has(videoId) || later.has(videoId);

  function touch(videoIds: Iterable<string>): void {
    const touched = new Set(videoIds);
    for (const videoId of touched) plan(videoId);
    options.onChange(touched);
    for (const check of [...waiters]) check();
  }

  async function run(
    job: Job,
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<Outcome<StageResult>> {
    const copy = catalogue.copy(job.uri);
    const runner = runners.get(job.stage);
    if (copy === undefined || runner === undefined) return { state: 'cancelled' };
    const startedMs = performance.now();
    try {
      const record = catalogue.video(job.videoId);
      const input = { copy, record, path: job.path, recipe: job.recipe, turn: turns.turn };
      const value = await runner.run(input, onShare, signal, (rows) => saving.save(job, rows));
      log.info('stage done', {
        job: job.key,
        stage: job.stage,
        uri: job.uri,
        ms: Math.round(performance.now() - startedMs),
      });
      return { state: 'ok', value };
    } catch (error) {
      if (signal.aborted) return { state: 'cancelled' };
      if (error instanceof UnavailableError)
        return { state: 'unavailable', reason: `${error.message} ${error.remedy}` };
      // No process of ours could be started: nothing is wrong with the file.
      if (error instanceof ChildError && error.kind === 'start') {
        return { state: 'unavailable', reason: error.message };
      }
      const failure = error instanceof FailureError ? error.failure : unexpected(job, error);
      if (failure.kind === 'missing') {
        options.onMissing(job.uri);
        return { state: 'cancelled' };
      }
      log.warn('stage failed', {
        job: job.key,
        stage: job.stage,
        uri: job.uri,
        kind: failure.kind,
        reason: failure.reason,
      });
      if (!(error instanceof FailureError))
        log.error('unexpected', { job: job.key, error: String((error as Error)?.stack ?? error) });
      return { state: 'refused', failure };
    }
  }

  async function settle(job: Job, outcome: Outcome<StageResult>): Promise<void> {
    if (outcome.state === 'cancelled') {
      await saving.ended(job, false);
      // Wanted still (its copy moved meanwhile): the plan offers it again.
      queueMicrotask(() => touch([job.videoId]));
      return;
    }
    if (outcome.state === 'unavailable') {
      await saving.ended(job, false);
      unavailable.set(job.stage, outcome.reason);
      again ??= setTimeout(() => {
        again = undefined;
        touchAll();
      }, UNAVAILABLE_RETRY_MS).unref();
      touch([...planned.keys(), job.videoId]);
      return;
    }
    try {
      await catalogue.change((view) => outcomeBatch(view, job, outcome));
    } catch (error) {
      stop(error);
    }
    await saving.ended(job, true);
    touch([job.videoId]);
  }

  /** The index cannot be written: everything waits, whoever waits is told, and it is tried again after a while. */
  function stop(error: unknown): void {
    if (trouble !== undefined) return;
    trouble = error;
    log.error('index cannot be written', { error: String(error) });
    for (const lane of LANES) executor.pause(lane);
    retry = setTimeout(goOn, RETRY_MS);
  }

  function goOn(): void {
    if (trouble === undefined) return;
    clearTimeout(retry);
    trouble = undefined;
    for (const lane of LANES) executor.resume(lane);
    touchAll();
  }

  /** Some at a time, so that a library of 100,000 files does not hold up the event loop. */
  function touchAll(): void {
    unavailable.clear();
    const ids = [...new Set([...catalogue.copies()].map((copy) => copy.videoId))];
    const turn = (from: number) => {
      if (closed) return;
      touch(ids.slice(from, from + TURN));
      if (from + TURN < ids.length) setImmediate(turn, from + TURN);
    };
    turn(0);
  }

  return {
    touch,
    touchAll,
    async settled(videoIds, signal) {
      const ids = [...new Set(videoIds)];
      for (const id of ids) asked.set(id, (asked.get(id) ?? 0) + 1);
      try {
        // Whoever asks now may have made room since.
        goOn();
        touch(ids);
        await new Promise<void>((resolve, reject) => {
          const check = () => {
            const some = ids.some(busy);
            if (some && !signal.aborted && trouble === undefined) return;
            waiters.delete(check);
            if (signal.aborted) reject(signal.reason);
            else if (some) reject(trouble);
            else resolve();
          };
          waiters.add(check);
          signal.addEventListener('abort', check, { once: true });
          check();
        });
      } finally {
        for (const id of ids) {
          const count = (asked.get(id) ?? 1) - 1;
          if (count === 0) asked.delete(id);
          else asked.set(id, count);
        }
        touch(ids);
      }
    },
    async derive(videoId) {
      const record = catalogue.video(videoId);
      const reachable = readable(videoId);
      // From rows alone: a drive that is away is no hindrance.
      const copies =
        reachable.length > 0 ? reachable : catalogue.copiesOf(videoId).filter((copy) => !copy.forgotten);
      for (const { stage, derived, content } of plans) {
        const job =
          derived === true && record !== undefined
            ? derivedJob(stage, record, copies, content?.(record, copies))
            : undefined;
        if (job === undefined) continue;
        await settle(job, await run(job, () => undefined, new AbortController().signal));
      }
      touch([videoId]);
    },
    boost(videoIds) {
      const ids = [...videoIds].filter((id) => planned.has(id));
      if (ids.length === 0) return;
      const before = boosted;
      boosted = [...new Set([...ids, ...boosted])].slice(0, BOOSTED);
      touch([...boosted, ...before]);
    },
    async question(answer) {
      executor.pause('fast');
      executor.pause('deep');
      const answered = turns.hold();
      try {
        return await answer();
      } finally {
        answered();
        executor.resume('fast');
        executor.resume('deep');
      }
    },
    busy,
    unavailable: () => unavailable,
    trouble: () => trouble,
    running: () => executor.running(),
    pause() {
      executor.pause('fast');
      executor.pause('deep');
    },
    resume() {
      executor.resume('fast');
      executor.resume('deep');
    },
    setWidth(width) {
      executor.setWidth('deep', width);
    },
    async close() {
      clearTimeout(retry);
      clearTimeout(again);
      await executor.close();
      await catalogue.quiet();
    },
  };
}

/** The job of a derived stage; undefined where nothing is to be done. */
function derivedJob(
  stage: Stage,
  { videoId, done }: VideoRecord,
  copies: readonly Copy[],
  recipe: string | undefined,
): Job | undefined {
  const [copy] = copies;
  if (copy === undefined || recipe === undefined || done[stage] === recipe) return undefined;
  const key = jobKey(stage, videoId, '', recipe);
  return { key, stage, videoId, uri: copy.uri, path: false, recipe, lane: 'now', rank: 0 };
}

/** In the lane that nothing holds up; there too, names and Cues of all videos come before whole passes. */
function atOnce(job: Job): Job {
  return { ...job, lane: 'now', rank: job.rank + (job.lane === 'fast' ? FIRST : 0) };
}
