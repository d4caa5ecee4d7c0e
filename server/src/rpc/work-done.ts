import type { Call } from './provider.ts';

/** Runs `work` with LSP's work-done progress, which is always ended. `report` takes a percentage 0..100 and a line. */
export async function withWorkDone<T>(
  call: Call,
  token: number | string | undefined,
  title: string,
  work: (report: (percentage: number | undefined, message: string) => void) => Promise<T>,
): Promise<T> {
  call.progress(token, { kind: 'begin', title, cancellable: true });
  try {
    return await work((percentage, message) => call.progress(token, { kind: 'report', percentage, message }));
  } finally {
    call.progress(token, { kind: 'end' });
  }
}
