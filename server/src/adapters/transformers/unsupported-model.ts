import type { UnsupportedModelDetail } from './inference-messages.ts';

/** In the child: the model cannot be used as it is. It crosses to the host with its remedy. */
export class UnsupportedModelError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableError';
    this.remedy = remedy;
  }
}

/** What the child tells of an error beside its message. */
export function toErrorDetail(error: unknown): UnsupportedModelDetail | undefined {
  return error instanceof UnsupportedModelError ? { unusable: true, remedy: error.remedy } : undefined;
}
