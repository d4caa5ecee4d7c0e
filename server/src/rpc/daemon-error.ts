import type { ErrorData } from '../../protocol/base.ts';
import { ErrorCodes } from '../../protocol/errors.ts';

/** An error that the daemon answered with, or that there is no daemon (`unavailable`). */
export class DaemonError extends Error {
  readonly code: number;
  readonly data: ErrorData | undefined;
  constructor(code: number, message: string, data: ErrorData | undefined) {
    super(message);
    this.name = 'DaemonError';
    this.code = code;
    this.data = data;
  }
}

export function daemonUnavailable(message: string, remedy: string): DaemonError {
  return new DaemonError(ErrorCodes.unavailable, message, { kind: 'unavailable', remedy });
}
