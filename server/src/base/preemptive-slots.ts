/** One place while it is used. */
export interface PreemptiveSlot<T> {
  readonly item: T;
  /** Aborts with the caller's signal, and when newer work takes the place. */
  readonly signal: AbortSignal;
  release(): void;
}

interface SlotState<T> {
  readonly item: T;
  /** Ends the work that is in it. */
  endWork: (() => void) | undefined;
}

/** Why work was ended that nobody asked to end. */
export class PreemptedError extends Error {
  constructor() {
    super('Newer work took its place.');
    this.name = 'Displaced';
  }
}

/** A few places for work of which the newest matters most: where all are taken, the oldest is ended for it. */
export function createPreemptiveSlots<T>(items: readonly T[]): {
  acquire(signal: AbortSignal): PreemptiveSlot<T>;
} {
  /** The one whose work began first stands first. */
  let slots: readonly SlotState<T>[] = items.map((item) => ({ item, endWork: undefined }));
  return {
    acquire(signal) {
      // The one used last is started and warm.
      const slot = slots.findLast(({ endWork }) => endWork === undefined) ?? slots[0];
      if (slot === undefined) throw new Error('there is no place at all');
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
