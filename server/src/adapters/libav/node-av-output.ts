import { AVFMT_GLOBALHEADER } from 'node-av/constants';
import {
  type CodecContext,
  FFmpegError,
  FormatContext,
  IOContext,
  type Packet,
  type Stream,
} from 'node-av/lib';

/** Size of libav's write buffer, bytes. */
const BUFFER = 64 * 1024;

/** A container being written, to a file or to memory. */
export interface MediaOutput {
  /** True if encoders must leave their headers to the container. */
  readonly global: boolean;
  /** Adds a track that is copied, or the track of an encoder. Add all tracks before the first packet. */
  copied(stream: Stream): Stream;
  encoded(context: CodecContext): Stream;
  begin(): Promise<void>;
  /** Writes a packet, whose times are in `timeBase`, and takes ownership of its data. */
  write(packet: Packet, track: Stream, timeBase: { num: number; den: number }): Promise<void>;
  end(): Promise<void>;
  /** Returns the bytes written since the last call. Returns nothing when writing to a file. */
  taken(): readonly Uint8Array[];
  close(): Promise<void>;
}

/**
 * Opens an output. `path` is a file to overwrite. Without it, bytes are collected in order and never revised.
 */
export function openMediaOutput(
  format: string,
  options: Readonly<Record<string, string>>,
  path: string | undefined,
): MediaOutput {
  const context = new FormatContext();
  FFmpegError.throwIfError(context.allocOutputContext2(null, format, null), 'choosing a container');
  for (const [name, value] of Object.entries(options))
    FFmpegError.throwIfError(context.setOption(name, value), name);
  let parts: Uint8Array[] = [];
  const io = new IOContext();
  if (path === undefined) {
    io.allocContextWithCallbacks(BUFFER, 1, null, (bytes) => {
      parts.push(Uint8Array.from(bytes));
      return bytes.length;
    });
    context.pb = io;
  } else {
    context.url = `file:${path}`;
    FFmpegError.throwIfError(context.openOutputSync(), 'opening the file');
  }
  let begun = false;
  const track = (fill: (stream: Stream) => number): Stream => {
    const stream = context.newStream(null);
    FFmpegError.throwIfError(fill(stream), 'describing a track');
    return stream;
  };
  return {
    global: context.oformat?.hasFlags(AVFMT_GLOBALHEADER) ?? false,
    copied(stream) {
      const added = track((made) => stream.codecpar.copy(made.codecpar));
      // The codec's tag differs between containers.
      added.codecpar.codecTag = 0;
      added.timeBase = stream.timeBase;
      added.sampleAspectRatio = stream.sampleAspectRatio;
      added.avgFrameRate = stream.avgFrameRate;
      return added;
    },
    encoded(encoder) {
      const added = track((made) => made.codecpar.fromContext(encoder));
      added.timeBase = encoder.timeBase;
      if (encoder.framerate.num > 0) added.avgFrameRate = encoder.framerate;
      return added;
    },
    async begin() {
      FFmpegError.throwIfError(await context.writeHeader(null), 'beginning the file');
      begun = true;
    },
    async write(packet, stream, timeBase) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(timeBase, stream.timeBase);
      packet.pos = -1n;
      FFmpegError.throwIfError(await context.interleavedWriteFrame(packet), 'writing');
    },
    async end() {
      if (begun) FFmpegError.throwIfError(await context.writeTrailer(), 'ending the file');
    },
    taken() {
      const all = parts;
      parts = [];
      return all;
    },
    async close() {
      if (path === undefined) {
        context.pb = null;
        io.freeContext();
      } else await context.closeOutput();
      context.freeContext();
    },
  };
}
