import type { Copy, Probe } from './video.ts';

/** Is there sound? */
export function hasSound({ streams }: Probe): boolean {
  return streams.some(({ kind }) => kind === 'audio');
}

/** Is what is said written down already, in a track of text or beside any of the copies? */
export function isSubtitled({ streams }: Probe, copies: readonly Pick<Copy, 'sidecars'>[]): boolean {
  return (
    streams.some((stream) => stream.kind === 'subtitle' && stream.textual === true && !stream.describes) ||
    copies.some(({ sidecars }) => sidecars.length > 0)
  );
}
