/** One place while it is used. */
export interface Slot<T> {
  readonly item: T;
  /** Aborts with the caller's signal, and when newer work takes the place. */
  readonly signal: AbortSignal;
  release(): void;
}

interface Place<T> {
  readonly item: T;
  /** Ends the work that is in it. */
  end: (() => void) | undefined;
}

/** Why work was ended that nobody asked to end. */
export class Displaced extends Error {
  constructor() {
    super('Newer work took its place.');
    this.name = 'Displaced';
  }
}

/** A few places for work of which the newest matters most: where all are taken, the oldest is ended for it. */
export function createSlots<T>(items: readonly T[]): { take(signal: AbortSignal): Slot<T> } {
  /** The one whose work began first stands first. */
  let places: readonly Place<T>[] = items.map((item) => ({ item, end: undefined }));
  return {
    take(signal) {
      // The one used last is started and warm.
      const place = places.findLast(({ end }) => end === undefined) ?? places[0];
      if (place === undefined) throw new Error('there is no place at all');
      place.end?.();
      const stop = new AbortController();
      const end = () => stop.abort(new Displaced());
      place.end = end;
      places = [...places.filter((other) => other !== place), place];
      return {
        item: place.item,
        signal: AbortSignal.any([signal, stop.signal]),
        release() {
          if (place.end === end) place.end = undefined;
        },
      };
    },
  };
}
