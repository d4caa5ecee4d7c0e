import type { LayoutSteps, RecordingPart } from './recording-layout.ts';

const PACKET_BYTES = 188;
const SYNC_BYTE = 0x47;
/** Bytes read at a place: more than a recorder writes between two tables of programs. */
const WINDOW_BYTES = 1400 * PACKET_BYTES;
/** Number of places near the end, and the shortest and longest distance between them, in bytes. Before that there are a few in all. */
const NEAR_PLACES = 64;
const MIN_STEP_BYTES = 256 * PACKET_BYTES;
const MAX_STEP_BYTES = 4096 * PACKET_BYTES;
const FAR_PLACES = 32;

/** Returns whether a file begins like an MPEG transport stream. */
export function isTransportStream(head: Uint8Array): boolean {
  return [0, 1, 2, 3].every((n) => head[n * PACKET_BYTES] === SYNC_BYTE);
}

/** Returns the presentation time in the header of a PES packet, ms; undefined if it is none or has no time. */
function readPesTime(payload: Uint8Array): number | undefined {
  const [zero, one, two, streamId = 0] = payload;
  const isMedia = streamId >= 0xc0 && streamId <= 0xef;
  if (zero !== 0 || one !== 0 || two !== 1 || !isMedia || ((payload[7] ?? 0) & 0x80) === 0) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = payload.subarray(9, 14);
  const ticks = ((a >> 1) & 7) * 2 ** 30 + (b << 22) + ((c >> 1) << 15) + (d << 7) + (e >> 1);
  return Math.round(ticks / 90);
}

/** Finds the first table of programs in a window that begins at a packet, and the first time after it. */
function findPart(bytes: Uint8Array, offset: number): RecordingPart | undefined {
  let tableAt: number | undefined;
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    const packet = bytes.subarray(at, at + PACKET_BYTES);
    if (packet[0] !== SYNC_BYTE) return undefined;
    const isStart = ((packet[1] ?? 0) & 0x40) !== 0;
    const id = (((packet[1] ?? 0) & 0x1f) << 8) + (packet[2] ?? 0);
    if (isStart && id === 0) tableAt ??= at;
    if (tableAt === undefined || !isStart) continue;
    const hasAdaptation = ((packet[3] ?? 0) & 0x20) !== 0;
    const timeMs = readPesTime(packet.subarray(hasAdaptation ? 5 + (packet[4] ?? 0) : 4));
    if (timeMs !== undefined) return { byte: offset + tableAt, timeMs };
  }
  return undefined;
}

/** Returns the places at which a part is looked for, in bytes: a few, and many near the end. */
function choosePlaces(endByte: number): readonly number[] {
  const wantedStep = Math.ceil(endByte / NEAR_PLACES / PACKET_BYTES) * PACKET_BYTES;
  const nearStep = Math.min(MAX_STEP_BYTES, Math.max(MIN_STEP_BYTES, wantedStep));
  const nearByte = Math.max(0, Math.floor(endByte / nearStep) - NEAR_PLACES) * nearStep;
  const farStep = Math.max(nearStep, Math.ceil(nearByte / FAR_PLACES / PACKET_BYTES) * PACKET_BYTES);
  const places: number[] = [];
  for (let at = 0; at < nearByte; at += farStep) places.push(at);
  for (let at = nearByte; at < endByte; at += nearStep) places.push(at);
  return places;
}

/** Finds places in a transport stream from which it can be read. It never says that it is finished. */
export function* readTransportStream(fileBytes: number): LayoutSteps {
  const endByte = fileBytes - (fileBytes % PACKET_BYTES);
  const parts: RecordingPart[] = [];
  for (const offset of choosePlaces(endByte)) {
    const window = yield { offset, length: Math.min(WINDOW_BYTES, endByte - offset) };
    const part = findPart(window, offset);
    // A window may reach to the first table of the next one.
    if (part !== undefined && part.byte > (parts.at(-1)?.byte ?? -1)) parts.push(part);
  }
  return parts.length === 0 ? undefined : { headBytes: 0, parts, endByte, isFinished: false };
}
