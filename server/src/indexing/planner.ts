import type { VideoFile } from '../core/domain/video.ts';
import type { Job } from '../core/pipeline/job.ts';
import { planJobs } from '../core/pipeline/planner.ts';
import type { Schedule } from './schedule.ts';

/** Maximum number of boosted contents. */
const MAX_BOOSTED = 32;

/** Number of contents planned per turn of the event loop, which takes a few ms. */
const MAX_SLICE_VIDEOS = 100;

/** Exceeds any rank of core/pipeline/planner.ts. */
const FAST_PRIORITY_RANK = 1e17;

/** Returns the copies of a content whose media can be read now. */
export function readableCopies({ catalogue, online }: Schedule, videoId: string): readonly VideoFile[] {
  return catalogue
    .copiesOf(videoId)
    .filter((copy) => !copy.forgotten && copy.failures.probe === undefined && online(copy));
}

/** Returns the jobs that can run now for a content. */
export function createJobs(schedule: Schedule, videoId: string): readonly Job[] {
  const { state, catalogue, plans } = schedule;
  const jobs = planJobs(
    readableCopies(schedule, videoId),
    catalogue.video(videoId),
    plans,
    computeBoost(state.boosted, videoId),
    new Set(state.unavailable.keys()),
    state.planned.get(videoId),
  );
  return state.priority.has(videoId) ? jobs.map(prioritize) : jobs;
}

/** Returns a higher boost for contents requested later. */
function computeBoost(boostedVideos: readonly string[], videoId: string): number {
  const at = boostedVideos.indexOf(videoId);
  return at < 0 ? 0 : MAX_BOOSTED - at;
}

/**
 * Moves a job to the lane that ignores pauses. Within it, names and cues of all videos still precede full
 * decoding.
 */
function prioritize(job: Job): Job {
  return { ...job, lane: 'now', rank: job.rank + (job.lane === 'fast' ? FAST_PRIORITY_RANK : 0) };
}

/**
 * Plans contents again. Call it after every change to them. The first 100 are planned immediately, the rest
 * in slices between turns of the event loop.
 */
export function touch(schedule: Schedule, videoIds: Iterable<string>): void {
  const { state } = schedule;
  if (state.closed) return;
  const touchedVideos = [...new Set(videoIds)];
  for (const videoId of touchedVideos.slice(MAX_SLICE_VIDEOS)) state.unplanned.add(videoId);
  planSlice(schedule, touchedVideos.slice(0, MAX_SLICE_VIDEOS));
}

/** Plans everything again and retries stages that could not run. */
export function touchAll(schedule: Schedule): void {
  schedule.state.unavailable.clear();
  const videoIds = new Set(schedule.state.planned.keys());
  for (const { videoId } of schedule.catalogue.copies()) videoIds.add(videoId);
  touch(schedule, videoIds);
}

/** Moves recently searched or opened contents ahead of all other waiting work, in this order. */
export function boost(schedule: Schedule, videoIds: Iterable<string>): void {
  const { state } = schedule;
  const waitingVideos = [...videoIds].filter((videoId) => state.planned.has(videoId));
  if (waitingVideos.length === 0) return;
  const previouslyBoosted = state.boosted;
  state.boosted = [...new Set([...waitingVideos, ...previouslyBoosted])].slice(0, MAX_BOOSTED);
  touch(schedule, [...state.boosted, ...previouslyBoosted]);
}

function planSlice(schedule: Schedule, videoIds: readonly string[]): void {
  const { state, timers } = schedule;
  for (const videoId of videoIds) planContent(schedule, videoId);
  if (state.unplanned.size > 0) timers.slice ??= setImmediate(planNextSlice, schedule);
  schedule.onChange(new Set(videoIds));
  for (const listener of [...schedule.listeners]) listener();
}

function planNextSlice(schedule: Schedule): void {
  const { state, timers } = schedule;
  timers.slice = undefined;
  if (!state.closed) planSlice(schedule, takeFirst(state.unplanned, MAX_SLICE_VIDEOS));
}

/** Returns the first members of a set without copying the rest. */
export function takeFirst<T>(members: ReadonlySet<T>, count: number): readonly T[] {
  const firstMembers: T[] = [];
  for (const member of members) {
    if (firstMembers.length === count) break;
    firstMembers.push(member);
  }
  return firstMembers;
}

function planContent(schedule: Schedule, videoId: string): void {
  const { state, executor } = schedule;
  state.unplanned.delete(videoId);
  const writing = schedule.catalogue.pendingWrite(videoId);
  if (writing !== undefined) {
    // Waits for the write: rows derived now would miss it and yet count as done.
    planAfter(schedule, videoId, writing);
    return;
  }
  state.unchecked.add(videoId);
  const jobs = createJobs(schedule, videoId);
  const keys = new Set(jobs.map(({ key }) => key));
  const previousJobs = state.planned.get(videoId) ?? [];
  if (jobs.length === 0) state.planned.delete(videoId);
  else state.planned.set(videoId, jobs);
  executor.cancel(previousJobs.map(({ key }) => key).filter((key) => !keys.has(key)));
  executor.offer(jobs);
}

function planAfter(schedule: Schedule, videoId: string, writing: Promise<void>): void {
  const { unwritten } = schedule.state;
  if (unwritten.has(videoId)) return;
  unwritten.add(videoId);
  void writing.then(() => {
    unwritten.delete(videoId);
    touch(schedule, [videoId]);
  });
}
