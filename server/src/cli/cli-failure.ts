import type { ErrorData } from '../../protocol/base.ts';
import { ErrorCodes, type ErrorKind } from '../../protocol/errors.ts';

/** Lists the exit codes of the process. */
export const ExitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  daemon: 3,
  missing: 4,
  interrupted: 130,
} as const;

/** What each exit code means, as `--help` and docs/cli.md say it. */
export const EXIT_CODE_MEANINGS: { readonly [Name in keyof typeof ExitCodes]: string } = {
  done: 'done, also if nothing was found or single videos failed',
  failed: 'the request failed',
  usage: 'invalid arguments',
  daemon: 'the daemon could not be started or reached, or was stopped',
  missing: 'a required program is missing',
  interrupted: 'interrupted (Ctrl-C)',
};

/** LSP's error code for a cancelled request. */
const REQUEST_CANCELLED = -32800;

/** Describes the error document that `--json` prints when a command fails. */
export interface CliFailure {
  readonly code: number;
  readonly message: string;
  readonly data?: ErrorData;
}

/** Reports a failure that the command line itself detected. Errors of the daemon have the same members. */
export class CommandError extends Error {
  readonly code: number;
  readonly data: ErrorData;
  readonly exitCode: number;
  constructor(kind: ErrorKind, message: string, remedy: string, exitCode: number = ExitCodes.failed) {
    super(message);
    this.name = 'CommandError';
    this.code = ErrorCodes[kind];
    this.data = { kind, remedy };
    this.exitCode = exitCode;
  }
}

export function usageError(message: string, remedy: string): CommandError {
  return new CommandError('invalid', message, remedy, ExitCodes.usage);
}

function isErrorData(data: unknown): data is ErrorData {
  return typeof data === 'object' && data !== null && 'kind' in data && 'remedy' in data;
}

/** Converts a failed start or connection into a command error with the exit code for the daemon. */
export function toUnreachableError(error: unknown): CommandError {
  const { failure } = toCliFailure(error);
  const { kind, remedy } = failure.data ?? { kind: 'unavailable', remedy: 'Run "goldfish doctor".' };
  return new CommandError(kind, failure.message, remedy, ExitCodes.daemon);
}

/** Converts any thrown value into the failure to print and the exit code. */
export function toCliFailure(error: unknown): { readonly failure: CliFailure; readonly exitCode: number } {
  if (!(error instanceof Error)) {
    return { failure: { code: -32603, message: String(error) }, exitCode: ExitCodes.failed };
  }
  if (error.name === 'AbortError') {
    return { failure: { code: REQUEST_CANCELLED, message: 'Interrupted.' }, exitCode: ExitCodes.interrupted };
  }
  const { code, data, exitCode } = error as { code?: unknown; data?: unknown; exitCode?: unknown };
  const failure: CliFailure = {
    code: typeof code === 'number' ? code : -32603,
    message: error.message,
    ...(isErrorData(data) ? { data } : {}),
  };
  if (failure.code === REQUEST_CANCELLED) return { failure, exitCode: ExitCodes.interrupted };
  if (typeof exitCode === 'number') return { failure, exitCode };
  if (failure.code === ErrorCodes.version || failure.code === ErrorCodes.ending)
    return { failure, exitCode: ExitCodes.daemon };
  if (failure.code === ErrorCodes.missingProgram) return { failure, exitCode: ExitCodes.missing };
  return { failure, exitCode: ExitCodes.failed };
}
