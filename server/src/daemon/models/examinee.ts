import type { ExamMark } from '../../core/exams/exam-result.ts';
import type { ModelSlot, SelectedModel } from './model-slot.ts';

/** The result of an exam, and whose it is. */
export interface TakenExam {
  readonly role: string;
  /** Model id, as shown to users. */
  readonly model: string;
  readonly identity: string;
  readonly mark: ExamMark;
}

/** Takes the exam of a role. Resolves with undefined if no model is chosen for it. Rejects as the model does. */
export type TakeExam = (signal: AbortSignal) => Promise<TakenExam | undefined>;

/**
 * Creates the exam of a role. `select` selects the model whatever its last exam says. A model that is not in use is
 * loaded for the exam only.
 */
export function createExam<T extends { close(): Promise<void> }>(
  slot: Pick<ModelSlot<T>, 'model'>,
  select: () => SelectedModel<T>,
  examine: (model: T, signal: AbortSignal) => Promise<ExamMark>,
): TakeExam {
  return async (signal) => {
    const { role, inUse, identity, create } = select();
    if (!create || identity === undefined) return undefined;
    const modelInUse = slot.model();
    const model = modelInUse ?? create();
    try {
      return { role, model: inUse, identity, mark: await examine(model, signal) };
    } finally {
      if (!modelInUse) await model.close();
    }
  };
}
