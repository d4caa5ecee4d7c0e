import type { EvaluationTools } from '../evaluation-tools.ts';
import type { SetAdapter } from '../sets/set-adapter.ts';

/** A small set in its authors' format, with its known result. */
export interface SelftestWorld {
  readonly adapter: SetAdapter;
  readonly questions: number;
  /** Questions whose gold answer is right: what a perfect system is credited with. */
  readonly rightAnswers: number;
  /** Writes the set's files to an empty folder, in the layout that its authors use. */
  readonly write: (folder: string, tools: EvaluationTools) => Promise<void>;
}

/** Width and height of the pictures, px. */
export const SIDE_PX = 96;
