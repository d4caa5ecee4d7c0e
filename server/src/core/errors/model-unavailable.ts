/**
 * Signals that a model or host cannot serve now: not installed, unreachable or not loadable. The media is not
 * at fault and no attempt is counted; the work stays pending.
 */
export class ModelUnavailableError extends Error {
  /** Tells the user what to do, in one sentence. */
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelUnavailableError';
    this.remedy = remedy;
  }
}
