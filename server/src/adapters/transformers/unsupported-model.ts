import type { UnsupportedModelDetail } from './inference-messages.ts';

/** Thrown in the child if the model cannot be used as it is. The host receives it with its remedy. */
export class UnsupportedModelError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnsupportedModelError';
    this.remedy = remedy;
  }
}

/** Returns what the child reports about an error besides its message. */
export function toErrorDetail(error: unknown): UnsupportedModelDetail | undefined {
  return error instanceof UnsupportedModelError ? { unusable: true, remedy: error.remedy } : undefined;
}
