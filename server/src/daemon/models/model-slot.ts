import type { ModelHealth } from '../../ports/captioner.ts';

/** The model that serves a role and the reason for it, as shown in `status`. */
export interface ModelInUse {
  readonly role: string;
  readonly inUse: string;
  readonly why: string;
}

/** The model selected for a role and how to create it. */
export interface SelectedModel<T> extends ModelInUse {
  /** Identifies the model. A model with an equal key survives a change of other settings. */
  readonly key: string;
  /** Identifies the weights, for the results of exams; undefined if there are none. */
  readonly identity?: string;
  /** Undefined if no model is configured or the configured one is not downloaded. */
  readonly create: (() => T) | undefined;
  /** A suggestion for the user, as one sentence. */
  readonly advice?: string;
}

interface Closeable {
  close(): Promise<void>;
}

export interface ModelSlot<T> {
  model(): T | undefined;
  key(): string;
  role(): ModelInUse;
  advice(): string | undefined;
  /** Selects again. Returns true if the model has changed; the previous one is then closed. */
  refresh(): boolean;
  close(): Promise<void>;
}

/** Called with what went wrong in a call of a model; undefined if it succeeded. */
export type RecordProblem = (problem: string | undefined) => void;

/**
 * Owns the model of one role and replaces it when the selection changes. `watch` wraps a model so that the problem of
 * its last call is recorded; `role` shows it.
 */
export function createModelSlot<T extends Closeable & { readonly loaded?: ModelHealth }>(
  selectModel: () => SelectedModel<T>,
  watch: (model: T, record: RecordProblem) => T = (model) => model,
): ModelSlot<T> {
  let selectedModel = selectModel();
  let problem: string | undefined;
  const createModel = () => {
    problem = undefined;
    const created = selectedModel.create?.();
    if (created === undefined) return undefined;
    return watch(created, (newProblem) => {
      problem = newProblem;
    });
  };
  let model = createModel();
  return {
    model: () => model,
    key: () => selectedModel.key,
    role: () => withProblem(withDevice(selectedModel, model?.loaded), problem),
    advice: () => selectedModel.advice,
    refresh() {
      const next = selectModel();
      const isOtherModel = next.key !== selectedModel.key;
      selectedModel = next;
      if (!isOtherModel) return false;
      const previousModel = model;
      model = createModel();
      previousModel?.close();
      return true;
    },
    async close() {
      await model?.close();
    },
  };
}

function withProblem(role: ModelInUse, problem: string | undefined): ModelInUse {
  return problem === undefined ? role : { ...role, why: `${role.why}; last problem: ${problem}` };
}

/** Appends the device that a loaded model runs on, and why faster devices were skipped. */
function withDevice({ role, inUse, why }: ModelInUse, health: ModelHealth | undefined): ModelInUse {
  if (!health) return { role, inUse, why };
  const skippedSteps = health.steps.filter(({ taken }) => !taken);
  const skippedReasons = skippedSteps.map(({ device, reason }) => `not on ${device}: ${reason}`);
  return { role, inUse, why: [`${why}; runs on ${health.device}`, ...skippedReasons].join('; ') };
}
