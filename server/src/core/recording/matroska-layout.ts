import type { LayoutSteps, RecordingPart } from './recording-layout.ts';

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
/** Bytes read at once while elements are passed over, and the most that a header of one takes. */
const WINDOW_BYTES = 4096;
const MAX_HEADER_BYTES = 12;

interface Element {
  readonly id: number;
  readonly dataAt: number;
  /** Undefined if the writer left it open. */
  readonly endAt: number | undefined;
}

/** Reads the file in windows, so that small elements in a row cost one read. */
function createWindow() {
  let startByte = 0;
  let bytes = new Uint8Array();
  return function* readBytes(offset: number, length: number): LayoutSteps<Uint8Array> {
    if (offset < startByte || offset + length > startByte + bytes.length) {
      startByte = offset;
      bytes = new Uint8Array(yield { offset, length: Math.max(length, WINDOW_BYTES) });
    }
    return bytes.subarray(offset - startByte, offset - startByte + length);
  };
}

type ReadBytes = ReturnType<typeof createWindow>;

const toInteger = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);

/** Reads the header of an element. Returns undefined if the file ends in it, or if none begins here. */
function* readElement(readBytes: ReadBytes, at: number): LayoutSteps<Element | undefined> {
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
  readBytes: ReadBytes,
  info: Element,
  endAt: number,
): LayoutSteps<{ nsPerTick: number; hasDuration: boolean }> {
  let nsPerTick = DEFAULT_NS_PER_TICK;
  let hasDuration = false;
  for (let at = info.dataAt; at < endAt; ) {
    const child = yield* readElement(readBytes, at);
    if (child?.endAt === undefined) break;
    const data = yield* readBytes(child.dataAt, Math.min(8, child.endAt - child.dataAt));
    if (child.id === IDS.timestampScale) nsPerTick = toInteger(data) || DEFAULT_NS_PER_TICK;
    if (child.id === IDS.duration) hasDuration = data.some((byte) => byte !== 0);
    at = child.endAt;
  }
  return { nsPerTick, hasDuration };
}

/** Returns the time of a cluster in ticks and its end, in bytes: of its last complete block if the cluster is open. */
function* readCluster(
  readBytes: ReadBytes,
  cluster: Element,
  fileBytes: number,
): LayoutSteps<{ ticks: number | undefined; endAt: number }> {
  let ticks: number | undefined;
  let at = cluster.dataAt;
  while (at < (cluster.endAt ?? fileBytes)) {
    const child = yield* readElement(readBytes, at);
    if (child?.endAt === undefined || child.endAt > fileBytes || TOP_LEVEL_IDS.has(child.id)) break;
    if (child.id === IDS.timestamp)
      ticks = toInteger(yield* readBytes(child.dataAt, child.endAt - child.dataAt));
    // The time comes first. The blocks of a closed cluster need no look.
    if (ticks !== undefined && cluster.endAt !== undefined) return { ticks, endAt: cluster.endAt };
    at = child.endAt;
  }
  return { ticks, endAt: at };
}

/** Finds the clusters of a Matroska or WebM file. */
export function* readMatroska(fileBytes: number): LayoutSteps {
  const readBytes = createWindow();
  const header = yield* readElement(readBytes, 0);
  const segment = header?.endAt === undefined ? undefined : yield* readElement(readBytes, header.endAt);
  if (segment?.id !== IDS.segment) return undefined;
  let info = { nsPerTick: DEFAULT_NS_PER_TICK, hasDuration: false };
  let headBytes: number | undefined;
  let endByte = segment.dataAt;
  const parts: RecordingPart[] = [];
  for (let at = segment.dataAt; at < fileBytes; ) {
    const element = yield* readElement(readBytes, at);
    if (element === undefined || (element.endAt ?? at) > fileBytes) break;
    if (element.id === IDS.cluster) {
      const { ticks, endAt } = yield* readCluster(readBytes, element, fileBytes);
      if (ticks === undefined || endAt > fileBytes) break;
      headBytes ??= at;
      parts.push({ byte: at, timeMs: Math.round((ticks * info.nsPerTick) / 1e6) });
      endByte = endAt;
      at = endAt;
      continue;
    }
    if (element.endAt === undefined) break;
    if (element.id === IDS.info) info = yield* readInfo(readBytes, element, element.endAt);
    at = element.endAt;
  }
  if (headBytes === undefined) return undefined;
  return { headBytes, parts, endByte, isFinished: info.hasDuration || segment.endAt !== undefined };
}
