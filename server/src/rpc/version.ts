import type { Identity } from '../../protocol/base.ts';

/**
 * What a daemon does for a client: `serve` it, `serveOld` (serve it and ask for its update), `refuse` (its protocol
 * is gone), or `yield` (end, so that the client can start its own build).
 */
export type Verdict = 'serve' | 'serveOld' | 'refuse' | 'yield';

interface Build {
  readonly numbers: readonly number[];
  /** Seconds since 1970 at which the sources were first built; orders builds of one version. */
  readonly stamp: number;
}

function parse(build: string): Build | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\+(?:(\d+)\.)?/.exec(build);
  if (match === null) return undefined;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], stamp: Number(match[4] ?? 0) };
}

/** Less than 0 where `a` is older. */
function compare(a: Build, b: Build): number {
  for (const [at, number] of a.numbers.entries()) {
    const other = b.numbers[at] ?? 0;
    if (number !== other) return number - other;
  }
  return a.stamp - b.stamp;
}

/**
 * Builds of one protocol are ordered by version, then by when they were built, so that two of them on one machine
 * never end each other's daemon in turns. One that cannot be ordered counts as newer.
 */
export function judge(daemon: Identity, client: Identity | undefined): Verdict {
  if (client === undefined) return 'serve';
  if (client.protocol !== daemon.protocol) return client.protocol < daemon.protocol ? 'refuse' : 'yield';
  if (client.build === daemon.build) return 'serve';
  const ours = parse(daemon.build);
  const theirs = parse(client.build);
  return ours && theirs && compare(theirs, ours) < 0 ? 'serveOld' : 'yield';
}
