import { createElementReader, type ElementReader, findResumePoint } from './read-elements.ts';
import type { LayoutSteps, RecordingLayout, RecordingPart } from './recording-layout.ts';

const IDS = {
  segment: 0x18538067,
  info: 0x1549a966,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
} as const;
/** Elements that follow the last cluster of a level: they end a cluster whose size is unknown. */
const TOP_LEVEL_IDS: ReadonlySet<number> = new Set([
  IDS.cluster,
  0x114d9b74,
  IDS.info,
  0x1654ae6b,
  0x1c53bb6b,
  0x1254c367,
  0x1941a469,
  0x1043a770,
]);
const DEFAULT_NS_PER_TICK = 1_000_000;
/** The most bytes that the header of an element takes. */
const MAX_HEADER_BYTES = 12;

interface Element {
  readonly id: number;
  readonly dataAt: number;
  /** Undefined if the writer left it open. */
  readonly endAt: number | undefined;
}

const toInteger = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);

/** Reads the header of an element. Returns undefined if the file ends in it, or if none begins here. */
function* readElement({ readBytes }: ElementReader, at: number): LayoutSteps<Element | undefined> {
  const header = yield* readBytes(at, MAX_HEADER_BYTES);
  const idLength = Math.clz32(header[0] ?? 0) - 23;
  const sizeLength = Math.clz32(header[idLength] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8 || idLength + sizeLength > header.length) return undefined;
  const sizeBytes = Uint8Array.from(header.subarray(idLength, idLength + sizeLength));
  const marker = 0xff >> sizeLength;
  const isOpen =
    ((sizeBytes[0] ?? 0) & marker) === marker && sizeBytes.subarray(1).every((byte) => byte === 0xff);
  sizeBytes[0] = (sizeBytes[0] ?? 0) & marker;
  const dataAt = at + idLength + sizeLength;
  return {
    id: toInteger(header.subarray(0, idLength)),
    dataAt,
    endAt: isOpen ? undefined : dataAt + toInteger(sizeBytes),
  };
}

/** Reads the time unit of the file, and whether it states a length. */
function* readInfo(
  reader: ElementReader,
  info: Element,
  endAt: number,
): LayoutSteps<{ nsPerTick: number; hasDuration: boolean }> {
  let nsPerTick = DEFAULT_NS_PER_TICK;
  let hasDuration = false;
  for (let at = info.dataAt; at < endAt && reader.takes(); ) {
    const child = yield* readElement(reader, at);
    if (child?.endAt === undefined) break;
    const data = yield* reader.readBytes(child.dataAt, Math.min(8, child.endAt - child.dataAt));
    if (child.id === IDS.timestampScale) nsPerTick = toInteger(data) || DEFAULT_NS_PER_TICK;
    if (child.id === IDS.duration) hasDuration = data.some((byte) => byte !== 0);
    at = child.endAt;
  }
  return { nsPerTick, hasDuration };
}

/** Returns the time of a cluster in ticks and its end, in bytes: of its last complete block if the cluster is open. */
function* readCluster(
  reader: ElementReader,
  cluster: Element,
  fileBytes: number,
): LayoutSteps<{ ticks: number | undefined; endAt: number }> {
  let ticks: number | undefined;
  let at = cluster.dataAt;
  while (at < (cluster.endAt ?? fileBytes) && reader.takes()) {
    const child = yield* readElement(reader, at);
    if (child?.endAt === undefined || child.endAt > fileBytes || TOP_LEVEL_IDS.has(child.id)) break;
    if (child.id === IDS.timestamp)
      ticks = toInteger(yield* reader.readBytes(child.dataAt, Math.min(8, child.endAt - child.dataAt)));
    // The time comes first. The blocks of a closed cluster need no look.
    if (ticks !== undefined && cluster.endAt !== undefined) return { ticks, endAt: cluster.endAt };
    at = child.endAt;
  }
  return { ticks, endAt: at };
}

/** Returns the time of the cluster that begins at a byte, in ticks; undefined if none begins there. */
function* readTicksAt(reader: ElementReader, byte: number): LayoutSteps<number | undefined> {
  const element = yield* readElement(reader, byte);
  if (element?.id !== IDS.cluster) return undefined;
  // With an end, its blocks are not looked at.
  const endAt = element.endAt ?? Number.POSITIVE_INFINITY;
  const { ticks } = yield* readCluster(reader, { ...element, endAt }, endAt);
  return ticks;
}

const toMs = (ticks: number, nsPerTick: number): number => Math.round((ticks * nsPerTick) / 1e6);

/** Finds the clusters of a Matroska or WebM file. `known`: an earlier look, after which it goes on. */
export function* readMatroska(fileBytes: number, known?: RecordingLayout): LayoutSteps {
  const reader = createElementReader();
  const header = yield* readElement(reader, 0);
  const segment = header?.endAt === undefined ? undefined : yield* readElement(reader, header.endAt);
  if (segment?.id !== IDS.segment) return undefined;
  let info = { nsPerTick: DEFAULT_NS_PER_TICK, hasDuration: false };
  let headBytes: number | undefined;
  let endByte = segment.dataAt;
  const parts: RecordingPart[] = [];
  for (let at = segment.dataAt; at < fileBytes && reader.takes(); ) {
    const element = yield* readElement(reader, at);
    if (element === undefined || (element.endAt ?? at) > fileBytes) break;
    if (element.id === IDS.cluster && headBytes === undefined) {
      headBytes = at;
      const resumePoint = yield* findResumePoint(known, at, function* (byte) {
        const ticks = yield* readTicksAt(reader, byte);
        return ticks && toMs(ticks, info.nsPerTick);
      });
      if (resumePoint !== undefined) {
        for (const part of resumePoint.parts) parts.push(part);
        at = resumePoint.byte;
        continue;
      }
    }
    if (element.id === IDS.cluster) {
      const { ticks, endAt } = yield* readCluster(reader, element, fileBytes);
      if (ticks === undefined || endAt > fileBytes) break;
      parts.push({ byte: at, timeMs: toMs(ticks, info.nsPerTick) });
      endByte = endAt;
      at = endAt;
      continue;
    }
    if (element.endAt === undefined) break;
    if (element.id === IDS.info) info = yield* readInfo(reader, element, element.endAt);
    at = element.endAt;
  }
  if (headBytes === undefined || parts.length === 0) return undefined;
  return { headBytes, parts, endByte, isFinished: info.hasDuration || segment.endAt !== undefined };
}
