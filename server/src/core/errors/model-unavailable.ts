/**
 * A model or a host that cannot serve now: not installed, out of reach, not loadable. It is no fault of the media
 * and no attempt; the work stays to be done.
 */
export class ModelUnavailableError extends Error {
  /** One sentence for a person: what to do. */
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelUnavailableError';
    this.remedy = remedy;
  }
}
