import type { Identity } from '../../protocol/base.ts';

/**
 * Names what a daemon does with a client.
 *
 * - `serve`: serves it.
 * - `serveOld`: serves it and asks the user to update it.
 * - `refuse`: refuses it, because its protocol is no longer supported.
 * - `yield`: ends, so that the client can start its own build.
 */
export type ClientVerdict = 'serve' | 'serveOld' | 'refuse' | 'yield';

interface Build {
  readonly numbers: readonly number[];
  /** Seconds since 1970 at which the sources were first built. Orders builds of one version. */
  readonly stamp: number;
}

function parseBuild(build: string): Build | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\+(?:(\d+)\.)?/.exec(build);
  if (match === null) return undefined;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], stamp: Number(match[4] ?? 0) };
}

/** Compares two builds. Returns a value below 0 if `a` is older. */
function compareBuilds(a: Build, b: Build): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0;
    if (number !== other) return number - other;
  }
  return a.stamp - b.stamp;
}

/**
 * Decides how to treat a client. Builds of one protocol are ordered by version, then by build time. So two builds on one
 * machine never end each other's daemon in turns. A build that cannot be ordered counts as newer.
 */
export function judgeClient(daemon: Identity, client: Identity | undefined): ClientVerdict {
  if (client === undefined) return 'serve';
  if (client.protocol !== daemon.protocol) return client.protocol < daemon.protocol ? 'refuse' : 'yield';
  if (client.build === daemon.build) return 'serve';
  const daemonBuild = parseBuild(daemon.build);
  const clientBuild = parseBuild(client.build);
  return daemonBuild && clientBuild && compareBuilds(clientBuild, daemonBuild) < 0 ? 'serveOld' : 'yield';
}
