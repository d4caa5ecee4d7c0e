/** A packet as ffmpeg's framecrc muxer lists it. Times in ms on the clock of the output. */
export interface ListedPacket {
  /** Index of the track in the output. */
  readonly track: number;
  readonly decodingMs: number;
  /** Undefined if the packet has no presentation time. */
  readonly presentationMs: number | undefined;
  readonly durationMs: number;
}

/** libav's AV_NOPTS_VALUE as text. */
const NO_TIME = `${-(2n ** 63n)}`;

/** Parses `-f framecrc`: a line `#tb TRACK: NUMERATOR/DENOMINATOR` per track, then `TRACK, DTS, PTS, DURATION, ...` per packet. */
export function* parsePacketList(text: string): Generator<ListedPacket, undefined> {
  const ticksMsByTrack = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line.startsWith('#tb ')) {
      const [track = '', timeBase = ''] = line.slice(4).split(': ');
      const [numerator, denominator] = timeBase.split('/').map(Number);
      ticksMsByTrack.set(track, ((numerator ?? 0) * 1000) / (denominator ?? 1));
      continue;
    }
    const [track = '', dts, pts, duration] = line.split(',').map((field) => field.trim());
    const tickMs = ticksMsByTrack.get(track);
    if (tickMs === undefined) continue;
    yield {
      track: Number(track),
      decodingMs: Number(dts) * tickMs,
      presentationMs: pts === NO_TIME ? undefined : Number(pts) * tickMs,
      durationMs: Number(duration) * tickMs,
    };
  }
}
