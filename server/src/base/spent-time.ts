/** What this process and the child processes that it started have used so far. */
export interface SpentTime {
  /** Processor time, ms. */
  readonly processorMs: number;
  /** Time that children worked on calls with a GPU or another accelerator, ms. */
  readonly acceleratorMs: number;
}

const NOTHING_SPENT: SpentTime = { processorMs: 0, acceleratorMs: 0 };

/** Of all children, those that have ended included. */
let spentByChildren = NOTHING_SPENT;

/** Adds up what was spent. */
export function addSpentTime(a: SpentTime, b: SpentTime): SpentTime {
  return {
    processorMs: a.processorMs + b.processorMs,
    acceleratorMs: a.acceleratorMs + b.acceleratorMs,
  };
}

/** Returns what was spent from one moment to a later one. */
export function subtractSpentTime(later: SpentTime, earlier: SpentTime): SpentTime {
  return {
    processorMs: later.processorMs - earlier.processorMs,
    acceleratorMs: later.acceleratorMs - earlier.acceleratorMs,
  };
}

/** Returns a function that takes what one child has spent since its start, each time it says so. */
export function createChildSpentCounter(): (total: SpentTime) => void {
  let known = NOTHING_SPENT;
  return (total) => {
    spentByChildren = addSpentTime(spentByChildren, subtractSpentTime(total, known));
    known = total;
  };
}

/** Returns the processor time of this process alone, ms. */
export function readOwnProcessorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Returns what this process and its children have used. A child tells at the end of each call. */
export function readSpentTime(): SpentTime {
  return addSpentTime(spentByChildren, { processorMs: readOwnProcessorMs(), acceleratorMs: 0 });
}
