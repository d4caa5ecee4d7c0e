import assert from 'node:assert/strict';
import { createLocalExecutor } from '../../server/src/adapters/local-executor.ts';
import { type Log, silentLog } from '../../server/src/base/log.ts';
import type { Stage } from '../../server/src/core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { FileChange } from '../../server/src/core/library/reconcile-file.ts';
import { splitExtent } from '../../server/src/core/pipeline/extent.ts';
import { PROBE_FINGERPRINT } from '../../server/src/core/pipeline/planner.ts';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import { changeToBatch } from '../../server/src/indexing/change-to-batch.ts';
import { findDefects, findStalePlans } from '../../server/src/indexing/invariant.ts';
import { createJobs, touchAll } from '../../server/src/indexing/planner.ts';
import type { Schedule } from '../../server/src/indexing/schedule.ts';
import {
  createSchedule,
  createSchedulerFacade,
  type Scheduler,
} from '../../server/src/indexing/scheduler.ts';
import { retryWrites } from '../../server/src/indexing/settler.ts';
import type { StageInput, StageResult, StageRunner } from '../../server/src/indexing/stages/stage-runner.ts';
import type { Store } from '../../server/src/ports/store.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { createManualExecutor, type ManualExecutor } from './manual-executor.ts';
import { copyOf, descriptionOf, outlineOf, passageOf, videoOf } from './store-rows.ts';

/** How a run of a stage ends. `stubborn`: it goes on when it is cancelled, and ends well. */
export type RunEnd = 'ok' | 'damaged' | 'missing' | 'unavailable' | 'crash';

interface ParkedRun {
  readonly uri: string;
  readonly stage: Stage;
  readonly signal: AbortSignal;
  readonly resolve: (result: StageResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Goes round the event loop so many times. */
export async function rounds(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * A scheduler over a disk of names, with stages that end only when a test says so. The catalogue learns of changes on
 * the disk at the next `look`, as the daemon does.
 */
export class SchedulerWorld {
  /** What lies on the disk: contents by URI. */
  readonly disk = new Map<string, string>();
  /** Contents that are, or were, recordings: how long they are by now, and whether they are still being written. */
  readonly #recordings = new Map<string, { readonly seconds: number; readonly isOpen: boolean }>();
  readonly #store: Store;
  /** Contents and paths that there ever were. */
  readonly #everSeen = { videoIds: new Set<string>(), uris: new Set<string>() };
  readonly catalogue: VideoCatalogue;
  readonly schedule: Schedule;
  readonly scheduler: Scheduler;
  readonly manual: ManualExecutor | undefined;
  readonly #missing = new Set<string>();
  readonly #parked: ParkedRun[] = [];
  readonly #waits: { readonly asker: AbortController; readonly done: Promise<unknown> }[] = [];
  readonly #questions: { readonly end: () => void; readonly done: Promise<unknown> }[] = [];
  readonly #io: { isFull: boolean; doesCrash: boolean; recipe: number };
  #looking: Promise<void> = Promise.resolve();
  #isPaused = false;

  private constructor(
    store: Store,
    catalogue: VideoCatalogue,
    io: { isFull: boolean; doesCrash: boolean; recipe: number },
    kind: 'local' | 'manual',
    log: Log,
  ) {
    this.#io = io;
    this.#store = store;
    this.catalogue = catalogue;
    let manual: ManualExecutor | undefined;
    this.schedule = createSchedule({
      catalogue,
      stages: this.#stages(),
      executor: (run, settle) => {
        const maybeCrash: typeof run = (job, onShare, signal, place) => {
          if (!io.doesCrash) return run(job, onShare, signal, place);
          io.doesCrash = false;
          return Promise.reject(new Error('the executor crashed'));
        };
        if (kind === 'manual') {
          manual = createManualExecutor(maybeCrash, settle);
          return manual;
        }
        return createLocalExecutor({
          run: maybeCrash,
          settle,
          widths: { now: 2, fast: 2, deep: 1 },
          now: () => 0,
          restMs: () => 0,
          onError: () => undefined,
        });
      },
      online: ({ uri }) => !this.#missing.has(uri),
      presence: async ({ uri, videoId, bytes, growing }) => {
        const now = this.disk.get(uri);
        if (now === undefined) return 'gone';
        const { seconds } = this.#lengthOf(videoId);
        const isLength = growing === undefined ? seconds === bytes : seconds >= bytes;
        return now === videoId && isLength ? 'same' : 'changed';
      },
      onMissing: (uri) => this.#missing.add(uri),
      onChange: () => undefined,
      log,
    });
    this.manual = manual;
    this.scheduler = createSchedulerFacade(this.schedule);
  }

  static async create(kind: 'local' | 'manual', log: Log = silentLog): Promise<SchedulerWorld> {
    const memory = createMemoryStore();
    const io = { isFull: false, doesCrash: false, recipe: 1 };
    const commit: typeof memory.commit = (batch) =>
      io.isFull ? Promise.reject(new Error('disk full')) : memory.commit(batch);
    const store = { ...memory, commit };
    return new SchedulerWorld(store, await VideoCatalogue.load(store), io, kind, log);
  }

  #stages(): readonly StageRunner[] {
    const recipe = (stage: Stage) => `${stage} ${this.#io.recipe}`;
    // A stage reads the file that lies at the path when it starts.
    const park =
      (
        stage: Stage,
        resultOf: (content: string, input: StageInput) => StageResult = () => ({}),
      ): StageRunner['run'] =>
      (input, _onShare, signal) =>
        new Promise((resolve, reject) => {
          const { copy } = input;
          const result = resultOf(this.disk.get(copy.uri) ?? copy.videoId, input);
          const end = () => resolve(result);
          this.#parked.push({ uri: copy.uri, stage, signal, resolve: end, reject });
        });
    return [
      {
        plan: { stage: 'probe', lane: 'fast', after: [], content: () => PROBE_FINGERPRINT },
        run: park('probe', (title, { record }) => this.#probe(title, record)),
      },
      {
        plan: { stage: 'cues', lane: 'fast', after: [], path: () => recipe('cues') },
        run: park('cues', (_content, { copy: { videoId, uri } }) => ({
          descriptions: [descriptionOf(videoId, uri, 'cues', 0)],
        })),
      },
      {
        plan: { stage: 'facts', lane: 'deep', after: [], content: () => recipe('facts') },
        run: park('facts'),
      },
      {
        plan: { stage: 'caption', lane: 'deep', after: ['facts'], content: () => recipe('caption') },
        run: park('caption'),
      },
      {
        plan: {
          stage: 'passages',
          lane: 'fast',
          after: [],
          derived: true,
          content: ({ done }, copies) =>
            [
              'passages',
              done.facts,
              done.caption,
              ...copies.map((copy) => `${copy.uri} ${copy.done.cues}`),
            ].join(),
        },
        run: park('passages', (_content, { copy }) => this.#derive(copy.videoId)),
      },
    ];
  }

  #lengthOf(content: string): { readonly seconds: number; readonly isOpen: boolean } {
    return this.#recordings.get(content) ?? { seconds: 60, isOpen: false };
  }

  /** Reads the length that a content has now, as the real stage does. */
  #probe(content: string, record: VideoRecord | undefined): StageResult {
    const durationMs = this.#lengthOf(content).seconds * 1000;
    const { probe } = videoOf('');
    const recordUpdate = { probe: { ...probe, title: content, durationMs } };
    const isFollowed = splitExtent(record?.done.probe ?? '').extent !== undefined;
    if (!isFollowed) return { recordUpdate: { ...recordUpdate, clips: [{ startMs: 0, endMs: durationMs }] } };
    return { recordUpdate, clipUpdate: { fromMs: Number.POSITIVE_INFINITY, clips: [], clipMs: 60_000 } };
  }

  /** A recorder writes more of a content, or closes it. */
  record(content: string, isOpen: boolean): void {
    this.#recordings.set(content, { seconds: this.#lengthOf(content).seconds + (isOpen ? 45 : 5), isOpen });
  }

  /** The row of a file that was continued or closed. A complete file is a recording first, also if it is complete again. */
  #toGrownCopy(old: VideoFile): VideoFile {
    const { seconds, isOpen } = this.#lengthOf(old.videoId);
    const { growing, ...copy } = { ...old, bytes: seconds };
    return isOpen || growing === undefined ? { ...copy, growing: { isReadable: true, blocks: [] } } : copy;
  }

  /** The row of a file, whose recorder has written so much of it. */
  #toCopy(uri: string, videoId: string, bytes: number, isOpen: boolean): VideoFile {
    const copy = copyOf(uri, videoId, { done: {}, recordedMs: 7, sidecars: [], bytes });
    return isOpen ? { ...copy, growing: { isReadable: true, blocks: [] } } : copy;
  }

  /** Derives rows of the copies that a content has now, as the real stage does when it starts. */
  #derive(videoId: string): StageResult {
    const uris = this.catalogue.copiesOf(videoId).map(({ uri }) => uri);
    return {
      passages: ['', ...uris].map((uri) => ({ videoId, uri, rows: [passageOf(videoId, uri, 0, 'word')] })),
      outlines: uris.map((uri) => outlineOf(uri, videoId, 'word')),
    };
  }

  /** Compares the disk with the catalogue once the look before has ended, and has the scheduler plan what changed. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#compare());
    return this.#looking;
  }

  async #compare(): Promise<void> {
    const now = new Map(this.disk);
    for (const [uri, videoId] of now) {
      this.#everSeen.uris.add(uri);
      this.#everSeen.videoIds.add(videoId);
    }
    const stored = [...this.catalogue.copies()];
    const before = new Map(stored.map((copy) => [copy.uri, copy]));
    const gone = stored.filter(({ uri }) => !now.has(uri));
    const changes = [...now].flatMap(([uri, videoId]): readonly FileChange[] => {
      const old = before.get(uri);
      const { seconds, isOpen } = this.#lengthOf(videoId);
      if (old?.videoId === videoId) {
        const isSame = old.bytes === seconds && (old.growing !== undefined) === isOpen;
        return isSame ? [] : [{ kind: 'grown', copy: this.#toGrownCopy(old) } as const];
      }
      // A file that moved is what it was. That it has grown meanwhile is found by the next look.
      const known = stored.find((other) => other.videoId === videoId);
      const copy =
        known === undefined
          ? this.#toCopy(uri, videoId, seconds, isOpen)
          : this.#toCopy(uri, videoId, known.bytes, known.growing !== undefined);
      return [
        old === undefined
          ? ({ kind: 'added', copy } as const)
          : ({ kind: 'modified', copy, before: old } as const),
      ];
    });
    const removals = gone.map(({ uri, videoId }) => ({ kind: 'removed', uri, videoId }) as const);
    const written = await Promise.allSettled(
      [...changes, ...removals].map((change) => this.catalogue.change((view) => changeToBatch(view, change))),
    );
    // What is there can be read again.
    const found = [...this.#missing].filter((uri) => now.has(uri) || this.catalogue.copy(uri) === undefined);
    for (const uri of found) this.#missing.delete(uri);
    const touched = written.flatMap((result) => (result.status === 'fulfilled' ? [...result.value] : []));
    this.scheduler.touch([...touched, ...found.flatMap((uri) => this.catalogue.copy(uri)?.videoId ?? [])]);
  }

  /** Ends the nth run that has not ended, modulo their number. Returns false where none runs. */
  end(n: number, how: RunEnd): boolean {
    const [run] = this.#parked.splice(n % Math.max(1, this.#parked.length), 1);
    if (run === undefined) return false;
    if (how === 'ok') run.resolve({});
    else if (how === 'unavailable') run.reject(new ModelUnavailableError('no model', 'Pull one.'));
    else if (how === 'crash') run.reject(new TypeError('a defect'));
    else
      run.reject(
        new MediaFailureError({ kind: how === 'missing' ? 'missing' : 'truncated', reason: 'x', remedy: '' }),
      );
    return true;
  }

  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.scheduler.pause();
    else this.scheduler.resume();
  }

  /** Lets writes fail from now on, or succeed. */
  setFull(isFull: boolean): void {
    this.#io.isFull = isFull;
  }

  /** The next run that starts rejects in the executor. */
  crashNext(): void {
    this.#io.doesCrash = true;
  }

  changeRecipe(): void {
    this.#io.recipe += 1;
    this.scheduler.touchAll();
  }

  /** A person waits for contents from now on. */
  wait(videoIds: readonly string[]): void {
    const asker = new AbortController();
    const done = this.scheduler.settled(videoIds, asker.signal).catch((error: unknown) => error);
    this.#waits.push({ asker, done });
  }

  stopWaiting(n: number): void {
    this.#waits[n % Math.max(1, this.#waits.length)]?.asker.abort(new Error('enough'));
  }

  question(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#questions.push({ end: resolve, done: this.scheduler.question(() => promise) });
  }

  endQuestion(n: number): void {
    this.#questions[n % Math.max(1, this.#questions.length)]?.end();
  }

  /** As the timers do after a while. */
  retry(): void {
    retryWrites(this.schedule);
    touchAll(this.schedule);
  }

  assertNothingLost(): void {
    assert.deepEqual(findDefects(this.schedule.state, this.schedule.executor), []);
  }

  /** Goes round until no write and no plan is under way; runs stay as they are. */
  async rest(): Promise<void> {
    const { state } = this.schedule;
    await this.#looking;
    do {
      await this.catalogue.whenIdle();
      await rounds(3);
    } while (this.catalogue.writing || state.unplanned.size > 0 || state.unwritten.size > 0);
  }

  /** The plan of each content is that of its copies and records, and the executor has all of it. */
  assertPlanned(): void {
    this.assertNothingLost();
    const ids = new Set([...this.catalogue.copies()].map(({ videoId }) => videoId));
    const { state } = this.schedule;
    assert.deepEqual(
      findStalePlans(state, [...ids, ...state.planned.keys()], (id) => createJobs(this.schedule, id)),
      [],
    );
  }

  /** The store has rows of the copies that exist, and of no other. */
  async #assertRowsCurrent(): Promise<void> {
    const { videoIds, uris } = this.#everSeen;
    const found = await this.#store.matchOutlines('word', 1_000, {}, new AbortController().signal);
    const outlines = new Set(found.map(({ outline }) => `${outline.uri} ${outline.videoId}`));
    const copies = [...this.catalogue.copies()];
    const current = new Set(copies.map(({ uri, videoId }) => `${uri} ${videoId}`));
    assert.deepEqual(
      [...outlines].filter((place) => !current.has(place)),
      [],
      'outlines of copies that are gone',
    );
    for (const { uri, videoId } of copies) {
      const { done, failures } = this.catalogue.video(videoId) ?? { done: {}, failures: {} };
      if (done.passages === undefined || failures.passages !== undefined) continue;
      assert.ok(outlines.has(`${uri} ${videoId}`), `the outline of ${videoId} at ${uri}`);
    }
    for (const videoId of videoIds)
      for (const uri of uris) {
        if (current.has(`${uri} ${videoId}`)) continue;
        const rows = [
          ...(await this.#store.descriptions(videoId, uri)),
          ...(await this.#store.passages(videoId, uri)),
        ];
        assert.deepEqual(
          rows.filter((row) => row.uri === uri),
          [],
          `rows of ${videoId} at ${uri}, where it is not`,
        );
      }
  }

  /** Removes every obstacle and lets all runs end well; then everything must be done. */
  async finish(): Promise<void> {
    this.setFull(false);
    this.#io.doesCrash = false;
    this.setPaused(false);
    for (const [content, { seconds }] of this.#recordings)
      this.#recordings.set(content, { seconds, isOpen: false });
    for (const { end } of this.#questions) end();
    await Promise.all(this.#questions.map(({ done }) => done));
    // Files that moved while they grew, and those that grew unseen, take more than one look.
    for (let i = 0; i < 3; i += 1) await this.look();
    this.retry();
    await this.rest();
    let idle = 0;
    while (idle < 3) {
      const isAtWork = (this.manual?.startNth(0) ?? false) || this.end(0, 'ok');
      // A file that a run missed has the daemon look again.
      if (this.#missing.size > 0) await this.look();
      await this.rest();
      idle = isAtWork ? 0 : idle + 1;
    }
    this.assertPlanned();
    const { state, executor } = this.schedule;
    assert.deepEqual([...state.planned.keys()], []);
    await this.#assertRowsCurrent();
    assert.equal(executor.running().length, 0);
    for (const { done } of this.#waits) await done;
    this.#assertDone();
  }

  /** Written apart from plan.ts: each content on the disk has each stage under the newest recipe, or its failure. */
  #assertDone(): void {
    const stored = [...this.catalogue.copies()].map(({ uri, videoId }) => [uri, videoId]).sort();
    assert.deepEqual(stored, [...this.disk].sort());
    for (const copy of this.catalogue.copies()) {
      const record = this.catalogue.video(copy.videoId);
      assert.equal(record?.done.probe, PROBE_FINGERPRINT, copy.uri);
      if (record?.failures.probe !== undefined) continue;
      assert.equal(record?.probe.title, copy.videoId, `${copy.uri} was read`);
      const durationMs = this.#lengthOf(copy.videoId).seconds * 1000;
      assert.equal(record?.probe.durationMs, durationMs, `${copy.uri} was read to its end`);
      assert.equal(record?.clips.at(-1)?.endMs, durationMs, `clips of ${copy.uri}`);
      for (const stage of ['facts', 'caption'] as const)
        assert.equal(record?.done[stage], `${stage} ${this.#io.recipe}`, `${stage} ${copy.uri}`);
      assert.equal(copy.done.cues, `cues ${this.#io.recipe}`, copy.uri);
      assert.ok(record?.done.passages?.includes(`${copy.uri} ${copy.done.cues}`), `passages ${copy.uri}`);
    }
  }

  async close(): Promise<void> {
    const closing = this.scheduler.close();
    for (const run of this.#parked.splice(0)) run.reject(new Error('closing'));
    await closing;
  }
}
