import type { ModelHealth } from '../../ports/captioner.ts';

/** Which model serves a role, and why that one; for `status`. */
export interface ModelInUse {
  readonly role: string;
  readonly inUse: string;
  readonly why: string;
}

/** What was chosen for a role, and how the model is made. */
export interface Taken<T> extends ModelInUse {
  /** Equal key, equal model: it is kept over a change of other settings. */
  readonly key: string;
  /** Undefined where none is set or the one that is set is not here. */
  readonly make: (() => T) | undefined;
  /** What would help, as one sentence. */
  readonly advice?: string;
}

interface Closing {
  close(): Promise<void>;
}

export interface Kept<T> {
  model(): T | undefined;
  key(): string;
  role(): ModelInUse;
  advice(): string | undefined;
  /** Chooses again; true where another model is in use now. The one before is ended. */
  refresh(): boolean;
  close(): Promise<void>;
}

/** Holds the model of one role and replaces it when the choice becomes another. */
export function keep<T extends Closing & { readonly loaded?: ModelHealth }>(choose: () => Taken<T>): Kept<T> {
  let taken = choose();
  let model = taken.make?.();
  return {
    model: () => model,
    key: () => taken.key,
    role: () => withDevice(taken, model?.loaded),
    advice: () => taken.advice,
    refresh() {
      const next = choose();
      const other = next.key !== taken.key;
      taken = next;
      if (!other) return false;
      const before = model;
      model = next.make?.();
      before?.close();
      return true;
    },
    async close() {
      await model?.close();
    },
  };
}

/** What a loaded model runs on, and why not on what would be quicker. */
function withDevice({ role, inUse, why }: ModelInUse, health: ModelHealth | undefined): ModelInUse {
  if (!health) return { role, inUse, why };
  const passed = health.steps.filter(({ taken }) => !taken);
  const over = passed.map(({ device, reason }) => `not on ${device}: ${reason}`);
  return { role, inUse, why: [`${why}; runs on ${health.device}`, ...over].join('; ') };
}
