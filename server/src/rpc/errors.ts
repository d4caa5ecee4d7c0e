import { ResponseError } from 'vscode-jsonrpc/node';
import type { ErrorData } from '../../protocol/base.ts';
import { type EndReason, ErrorCodes, type ErrorKind } from '../../protocol/errors.ts';
import { describeWriteError } from '../base/describe-write-error.ts';
import { messageOf } from '../base/message-of.ts';
import { redactSecrets } from '../base/redact-secrets.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { StoreError } from '../core/errors/store-error.ts';
import { RequestError } from '../library.ts';

export const INVALID_PARAMS = -32602;
const REQUEST_CANCELLED = -32800;
export const NOT_INITIALIZED = -32002;
export const INVALID_REQUEST = -32600;

/** Creates the response for one of Goldfish's own errors. */
export function goldfishError(
  kind: ErrorKind,
  message: string,
  remedy: string,
  uri?: string,
): ResponseError<ErrorData> {
  return new ResponseError(
    ErrorCodes[kind],
    message,
    uri === undefined ? { kind, remedy } : { kind, uri, remedy },
  );
}

/** Answers a request whose parameters break the contract. */
export function invalidParams(message: string): ResponseError<ErrorData> {
  return new ResponseError<ErrorData>(INVALID_PARAMS, message, {
    kind: 'invalid',
    remedy: 'Change it to an allowed value; docs/protocol.md lists them.',
  });
}

const END_MESSAGES: { readonly [R in EndReason]: readonly [message: string, remedy: string] } = {
  stopped: ['The daemon was stopped.', 'Run the command again to start it.'],
  replaced: ['The daemon gives way to a newer build.', 'Connect again once it has closed the connection.'],
  failed: [
    'The daemon ends because of a defect.',
    'Try again; it starts when needed. Its log has the details.',
  ],
};

/** Creates the error for a request that arrives while the daemon drains, or that the drain interrupts. */
export function createDrainingError(reason: EndReason): ResponseError<ErrorData> {
  const [message, remedy] = END_MESSAGES[reason];
  return new ResponseError(ErrorCodes.ending, message, { kind: 'ending', remedy, reason });
}

/** Converts anything a handler throws into a response. An aborted `signal` means that the request was cancelled. */
export function toResponse(error: unknown, signal: AbortSignal): ResponseError<ErrorData | undefined> {
  if (error instanceof ResponseError) return error;
  if (signal.aborted) return new ResponseError(REQUEST_CANCELLED, 'The request was cancelled.');
  if (error instanceof RequestError) return goldfishError(error.kind, error.message, error.remedy, error.uri);
  if (error instanceof MediaFailureError)
    return goldfishError('badMedia', error.failure.reason, error.failure.remedy);
  if (error instanceof StoreError) return goldfishError('index', error.message, error.remedy);
  if (error instanceof ModelUnavailableError)
    return goldfishError('unavailable', error.message, error.remedy);
  const writeFailure = describeWriteError(error);
  if (writeFailure !== undefined) return goldfishError('index', writeFailure.message, writeFailure.remedy);
  const message = redactSecrets(messageOf(error));
  return goldfishError(
    'internal',
    `Internal error in Goldfish: ${message}`,
    'Try again. The log has details.',
  );
}
