import { Buffer } from 'node:buffer';
import type { Uri } from '../../core/domain/time-range.ts';
import { createBitmapDecoder } from '../../core/media/bitmap-decoders.ts';
import type { MediaHints, SubtitlePicture } from '../../ports/decoder.ts';
import { parsePacketList } from './ffmpeg-packets.ts';
import { type DescribedFile, describeFile, MAX_TEXT_BYTES } from './ffmpeg-probe.ts';
import { collectFfmpeg, runFfmpeg } from './ffmpeg-run.ts';
import { readPipe } from './read-pipe.ts';
import { decodeSubtitlePictures, type SubtitlePacket } from './subtitle-pictures.ts';

/** A line of ffprobe's dumps: the position, up to 16 bytes in groups of two, and the same bytes as text. */
const DUMP_LINE = /^[\da-f]{8}: ((?:[\da-f]{2,4} )+)/;

/** Returns the bytes of a line of a dump; undefined for other lines. */
function parseDumpLine(line: string): string | undefined {
  return DUMP_LINE.exec(line)?.[1]?.replaceAll(' ', '');
}

async function* readLines(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const part of parts) {
    const lines = (rest + Buffer.from(part).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

interface TrackFacts {
  readonly extradata: Uint8Array;
  readonly tag: string;
}

async function describeTrack(
  program: string,
  { file }: DescribedFile,
  index: number,
  signal: AbortSignal,
): Promise<TrackFacts> {
  const entries = ['-show_entries', 'stream=codec_tag_string,extradata', '-show_data'];
  const output = ['-select_streams', `${index}`, ...entries];
  const { stdout } = await collectFfmpeg({ program, tool: 'ffprobe', file, output, signal }, MAX_TEXT_BYTES);
  const text = stdout.toString('latin1');
  const dump = text.split('\n').map((line) => parseDumpLine(line) ?? '');
  return {
    extradata: Buffer.from(dump.join(''), 'hex'),
    tag: /codec_tag_string=(.*)/.exec(text)?.[1] ?? '',
  };
}

/** Returns the times of a track's packets where the file's clock starts again, ms: ffprobe reports its own times only. */
async function listJoinedTimes(
  program: string,
  { file }: DescribedFile,
  index: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const output = ['-map', `0:${index}`, '-c', 'copy', '-f', 'framecrc', 'pipe:1'];
  const { stdout } = await collectFfmpeg({ program, file, output, signal }, MAX_TEXT_BYTES);
  return [...parsePacketList(stdout.toString('latin1'))].map(
    ({ presentationMs, decodingMs }) => presentationMs ?? decodingMs,
  );
}

/** Yields the packets of a track that have a time, from a dump that ffprobe prints. */
async function* readPackets(
  program: string,
  media: DescribedFile,
  index: number,
  signal: AbortSignal,
): AsyncGenerator<SubtitlePacket> {
  const joinedTimesMs = media.hasSeveralClocks
    ? await listJoinedTimes(program, media, index, signal)
    : undefined;
  const entries = ['-show_packets', '-show_data', '-show_entries', 'packet=pts_time,dts_time,data'];
  const output = ['-select_streams', `${index}`, ...entries];
  const run = runFfmpeg({ program, tool: 'ffprobe', file: media.file, output, signal });
  try {
    let count = 0;
    let timeMs: number | undefined;
    let dump: string[] = [];
    for await (const line of readLines(readPipe(run.stdout))) {
      const bytes = parseDumpLine(line);
      const [, seconds] = /^[pd]ts_time=(-?[\d.]+)/.exec(line) ?? [];
      if (bytes !== undefined) dump.push(bytes);
      else if (seconds !== undefined) timeMs ??= Number(seconds) * 1000 - media.originUs / 1000;
      else if (line.startsWith('[/PACKET]')) {
        const knownMs = joinedTimesMs === undefined ? timeMs : joinedTimesMs[count];
        if (knownMs !== undefined) yield { timeMs: knownMs, data: Buffer.from(dump.join(''), 'hex') };
        count += 1;
        timeMs = undefined;
        dump = [];
      }
    }
    await run.exit;
  } finally {
    run.kill();
  }
}

/** Yields the pictures of one bitmap subtitle track, in time order. Yields nothing for other tracks. */
export async function* picturesWithFfmpeg(
  program: string,
  uri: Uri,
  index: number,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<SubtitlePicture> {
  const media = await describeFile(program, uri, signal, hints);
  try {
    const stream = media.format.streams.find((candidate) => candidate.index === index);
    if (stream === undefined) return;
    const facts = await describeTrack(program, media, index, signal);
    const decoder = createBitmapDecoder(stream.codec, facts);
    if (decoder === undefined) return;
    yield* decodeSubtitlePictures(readPackets(program, media, index, signal), decoder, signal);
  } finally {
    await media.file.close();
  }
}
