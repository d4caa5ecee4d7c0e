import type { ErrorData } from '../../protocol/base.ts';
import { ErrorCodes } from '../../protocol/errors.ts';

/** Reports an error response of the daemon, or that no daemon is reachable (`unavailable`). */
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
