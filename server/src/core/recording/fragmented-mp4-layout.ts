import { createElementReader, type ElementReader, findResumePoint } from './read-elements.ts';
import type { LayoutSteps, RecordingLayout, RecordingPart } from './recording-layout.ts';

/** A box and where its contents lie in the file, in bytes. */
interface Box {
  readonly type: string;
  readonly dataAt: number;
  readonly endAt: number;
}

/** Largest `moov` or `moof` that is read, bytes. */
const MAX_READ_BYTES = 16 * 1024 * 1024;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Parses the header of a box whose first bytes these are. `fileBytes`: the end of a box that reaches to the end of the file. */
function parseBox(bytes: Uint8Array, at: number, fileBytes: number): Box | undefined {
  if (bytes.length < 8) return undefined;
  const view = viewOf(bytes);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  const size = view.getUint32(0);
  if (size === 0) return { type, dataAt: at + 8, endAt: fileBytes };
  if (size !== 1) return size < 8 ? undefined : { type, dataAt: at + 8, endAt: at + size };
  if (bytes.length < 16) return undefined;
  const longSize = Number(view.getBigUint64(8));
  return longSize < 16 ? undefined : { type, dataAt: at + 16, endAt: at + longSize };
}

/** Lists the boxes inside another one. */
function listBoxes(bytes: Uint8Array): readonly (Box & { readonly data: Uint8Array })[] {
  const boxes: (Box & { readonly data: Uint8Array })[] = [];
  for (let at = 0; at < bytes.length; ) {
    const box = parseBox(bytes.subarray(at, at + 16), at, bytes.length);
    if (box === undefined || box.endAt > bytes.length) break;
    boxes.push({ ...box, data: bytes.subarray(box.dataAt, box.endAt) });
    at = box.endAt;
  }
  return boxes;
}

/** Returns the contents of a box on a path of types. */
function findBox(bytes: Uint8Array, ...path: readonly string[]): Uint8Array | undefined {
  return path.reduce<Uint8Array | undefined>(
    (data, type) => data && listBoxes(data).find((box) => box.type === type)?.data,
    bytes,
  );
}

/** Returns the ticks per second of each track by its id. */
function readTimescales(moov: Uint8Array): ReadonlyMap<number, number> {
  const timescales = new Map<number, number>();
  for (const { type, data } of listBoxes(moov)) {
    const tkhd = type === 'trak' ? findBox(data, 'tkhd') : undefined;
    const mdhd = type === 'trak' ? findBox(data, 'mdia', 'mdhd') : undefined;
    if (tkhd === undefined || mdhd === undefined || tkhd.length < 24 || mdhd.length < 24) continue;
    const id = viewOf(tkhd).getUint32(tkhd[0] === 1 ? 20 : 12);
    timescales.set(id, viewOf(mdhd).getUint32(mdhd[0] === 1 ? 20 : 12));
  }
  return timescales;
}

/** Returns the earliest time of a fragment, ms; undefined if it states none. */
function readFragmentTime(moof: Uint8Array, timescales: ReadonlyMap<number, number>): number | undefined {
  const times = listBoxes(moof).flatMap(({ type, data }) => {
    const tfhd = type === 'traf' ? findBox(data, 'tfhd') : undefined;
    const tfdt = type === 'traf' ? findBox(data, 'tfdt') : undefined;
    if (tfhd === undefined || tfdt === undefined || tfhd.length < 8 || tfdt.length < 8) return [];
    const timescale = timescales.get(viewOf(tfhd).getUint32(4));
    if (timescale === undefined || timescale === 0) return [];
    const isLong = tfdt[0] === 1 && tfdt.length >= 12;
    const ticks = isLong ? Number(viewOf(tfdt).getBigUint64(4)) : viewOf(tfdt).getUint32(4);
    return [(ticks * 1000) / timescale];
  });
  return times.length === 0 ? undefined : Math.round(Math.min(...times));
}

/** Reads a fragment at a byte. Returns its time, ms; undefined if none begins there. */
function* readTimeAt(
  { readBytes }: ElementReader,
  byte: number,
  timescales: ReadonlyMap<number, number>,
): LayoutSteps<number | undefined> {
  const box = parseBox(yield* readBytes(byte, 16), byte, byte);
  if (box?.type !== 'moof' || box.endAt - box.dataAt > MAX_READ_BYTES) return undefined;
  return readFragmentTime(yield* readBytes(box.dataAt, box.endAt - box.dataAt), timescales);
}

/**
 * Finds the fragments of an MP4 file. Without fragments the file has no parts: it is finished if its index came first,
 * and otherwise nothing of it can be read (undefined). `known`: an earlier look, after which it goes on.
 */
export function* readFragmentedMp4(fileBytes: number, known?: RecordingLayout): LayoutSteps {
  const reader = createElementReader();
  const parts: RecordingPart[] = [];
  let timescales: ReadonlyMap<number, number> | undefined;
  let headBytes = 0;
  let endByte = 0;
  let isFinished = false;
  for (let at = 0; at < fileBytes && reader.takes(); ) {
    const box = parseBox(yield* reader.readBytes(at, 16), at, fileBytes);
    if (box === undefined || box.endAt > fileBytes) break;
    const length = box.endAt - box.dataAt;
    if (box.type === 'moov' && length <= MAX_READ_BYTES) {
      const moov = Uint8Array.from(yield* reader.readBytes(box.dataAt, length));
      const mvex = findBox(moov, 'mvex');
      if (mvex === undefined)
        return { headBytes: box.endAt, parts: [], endByte: box.endAt, isFinished: true };
      const knownTimescales = readTimescales(moov);
      timescales = knownTimescales;
      headBytes = box.endAt;
      endByte = box.endAt;
      isFinished = findBox(mvex, 'mehd')?.some((byte, i) => i >= 4 && byte !== 0) ?? false;
      const readTime = (byte: number) => readTimeAt(reader, byte, knownTimescales);
      const resumePoint = parts.length === 0 ? yield* findResumePoint(known, headBytes, readTime) : undefined;
      if (resumePoint !== undefined) {
        for (const part of resumePoint.parts) parts.push(part);
        at = resumePoint.byte;
        continue;
      }
    } else if (box.type === 'moof' && timescales !== undefined && length <= MAX_READ_BYTES) {
      const timeMs = readFragmentTime(yield* reader.readBytes(box.dataAt, length), timescales);
      if (timeMs === undefined) return undefined;
      parts.push({ byte: at, timeMs });
    } else if (box.type === 'mdat' && parts.length > 0) endByte = box.endAt;
    else if (box.type === 'mfra') isFinished = true;
    at = box.endAt;
  }
  if (timescales === undefined) return undefined;
  // The last fragment counts once its media has arrived.
  const completeParts = parts.filter(({ byte }) => byte < endByte);
  return { headBytes, parts: completeParts, endByte, isFinished };
}
