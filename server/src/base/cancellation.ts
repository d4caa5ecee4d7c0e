import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';

/** Returns a token that is cancelled when the signal aborts. */
export function toCancellationToken(signal: AbortSignal): CancellationToken {
  const source = new CancellationTokenSource();
  if (signal.aborted) source.cancel();
  else signal.addEventListener('abort', () => source.cancel(), { once: true });
  return source.token;
}

/** Returns a signal that aborts when the token is cancelled. */
export function toAbortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
