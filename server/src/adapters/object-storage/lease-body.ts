import type { LeaseOwner } from '../../ports/write-lease.ts';

/** Contents of the lease object. */
export interface LeaseBody extends LeaseOwner {
  readonly token: number;
  /** Grows with each renewal, so that no two versions are equal. */
  readonly beat: number;
  /** Random id of the owner's data folder. */
  readonly ownerId: string;
  /** Silence after which others may take over, ms. */
  readonly termMs: number;
  /** True once the owner has ended well. */
  readonly released: boolean;
}

export function formatLease(body: LeaseBody): string {
  return `${JSON.stringify(body)}\n`;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Parses the lease object. Returns undefined if it is damaged. */
export function parseLease(text: string): LeaseBody | undefined {
  try {
    const body = JSON.parse(text) as { readonly [key in keyof LeaseBody]?: unknown };
    const { token, beat, ownerId, termMs, released, host, pid, since } = body;
    if (!isCount(token) || !isCount(beat) || !isCount(termMs) || typeof ownerId !== 'string')
      return undefined;
    return {
      ...{ token, beat, termMs, ownerId },
      released: released === true,
      host: typeof host === 'string' ? host : 'an unknown host',
      pid: isCount(pid) ? pid : 0,
      since: typeof since === 'string' ? since : '',
    };
  } catch {
    return undefined;
  }
}
