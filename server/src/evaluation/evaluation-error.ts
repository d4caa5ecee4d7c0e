/** Reports something about a set, a run or a judge that the user can change. `remedy` says how. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
