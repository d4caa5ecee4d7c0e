/** A slot in use. */
export interface PreemptiveSlot<T> {
  readonly item: T;
  /** Aborts with the caller's signal, and when newer work takes the slot. */
  readonly signal: AbortSignal;
  release(): void;
}

interface SlotState<T> {
  readonly item: T;
  /** Aborts the work in the slot; undefined if it is free. */
  endWork: (() => void) | undefined;
}

/** Reason of the abort when newer work takes a slot. */
export class PreemptedError extends Error {
  constructor() {
    super('Newer work took its place.');
    this.name = 'PreemptedError';
  }
}

/** Creates slots for work whose newest items matter most. If all slots are in use, the oldest work is aborted. */
export function createPreemptiveSlots<T>(items: readonly T[]): {
  acquire(signal: AbortSignal): PreemptiveSlot<T>;
} {
  /** Ordered by the start of their work, oldest first. */
  let slots: readonly SlotState<T>[] = items.map((item) => ({ item, endWork: undefined }));
  return {
    acquire(signal) {
      // Prefer the free slot that was used last: its process is already running.
      const slot = slots.findLast(({ endWork }) => endWork === undefined) ?? slots[0];
      if (slot === undefined) throw new Error('No slots.');
      slot.endWork?.();
      const controller = new AbortController();
      const abortWork = () => controller.abort(new PreemptedError());
      slot.endWork = abortWork;
      slots = [...slots.filter((other) => other !== slot), slot];
      return {
        item: slot.item,
        signal: AbortSignal.any([signal, controller.signal]),
        release() {
          if (slot.endWork === abortWork) slot.endWork = undefined;
        },
      };
    },
  };
}
