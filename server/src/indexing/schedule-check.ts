import { type Defect, findDefects, findStalePlans } from './invariant.ts';
import { createJobs, takeFirst, touch } from './planner.ts';
import type { Schedule } from './schedule.ts';

/** Delay of a check after the last change, in ms. */
const CHECK_MS = 1_000;
/** Delay of the next check after one that found defects, in ms. */
const RECOVERY_MS = 10_000;
/** Maximum number of plans compared per check. */
const MAX_PLANS = 100;
/** Maximum number of defects listed in the log. */
const MAX_LOGGED = 10;

/**
 * Schedules a check of the invariant for when the scheduler is at rest. Calls while a check is due have no
 * effect.
 */
export function checkSoon(schedule: Schedule, delayMs = CHECK_MS): void {
  if (schedule.state.closed) return;
  schedule.timers.check ??= setTimeout(() => {
    schedule.timers.check = undefined;
    if (!isAtRest(schedule)) checkSoon(schedule);
    else if (recover(schedule).length > 0 || schedule.state.suspects.size > 0)
      checkSoon(schedule, RECOVERY_MS);
    else if (schedule.state.unchecked.size > 0) checkSoon(schedule);
  }, delayMs).unref();
}

function isAtRest({ state, executor, catalogue }: Schedule): boolean {
  const isPlanned = state.unplanned.size === 0 && state.unwritten.size === 0;
  return isPlanned && executor.running().length === 0 && !catalogue.writing;
}

/** Logs defects and plans their contents again. Returns the defects. */
function recover(schedule: Schedule): readonly Defect[] {
  const { state, executor, log } = schedule;
  const defects = [...findDefects(state, executor), ...findConfirmedStalePlans(schedule)];
  if (defects.length === 0) return defects;
  const examples = defects.slice(0, MAX_LOGGED).map(({ videoId, problem }) => `${videoId}: ${problem}`);
  log.error('schedule defect', { count: defects.length, examples });
  executor.cancel(defects.flatMap(({ key }) => key ?? []));
  touch(
    schedule,
    defects.map(({ videoId }) => videoId),
  );
  return defects;
}

/** Returns plans found stale twice. A plan may be stale briefly while a correction or setting is saved. */
function findConfirmedStalePlans(schedule: Schedule): readonly Defect[] {
  const { state } = schedule;
  const videoIds = takeFirst(state.unchecked, MAX_PLANS);
  const stalePlans = findStalePlans(state, videoIds, (videoId) => createJobs(schedule, videoId));
  const confirmedPlans = stalePlans.filter(({ videoId }) => state.suspects.has(videoId));
  for (const videoId of videoIds) {
    state.unchecked.delete(videoId);
    state.suspects.delete(videoId);
  }
  for (const defect of stalePlans) {
    if (confirmedPlans.includes(defect)) continue;
    state.suspects.add(defect.videoId);
    state.unchecked.add(defect.videoId);
  }
  return confirmedPlans;
}
