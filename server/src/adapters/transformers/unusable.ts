import type { UnusableDetail } from './messages.ts';

/** In the child: the model cannot be used as it is. It crosses to the host with its remedy. */
export class UnusableError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableError';
    this.remedy = remedy;
  }
}

/** What the child tells of an error beside its message. */
export function detailOf(error: unknown): UnusableDetail | undefined {
  return error instanceof UnusableError ? { unusable: true, remedy: error.remedy } : undefined;
}
