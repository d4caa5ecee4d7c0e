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
const BUFFER_BYTES = 64 * 1024;

/** A container being written, to a file or to memory. */
export interface MediaOutput {
  /** True if encoders must leave their headers to the container. */
  readonly usesGlobalHeader: boolean;
  /** Adds a track that is copied, or the track of an encoder. Add all tracks before the first packet. */
  addCopiedTrack(stream: Stream): Stream;
  addEncodedTrack(context: CodecContext): Stream;
  begin(): Promise<void>;
  /** Writes a packet, whose times are in `timeBase`, and takes ownership of its data. */
  write(packet: Packet, track: Stream, timeBase: { num: number; den: number }): Promise<void>;
  end(): Promise<void>;
  /** Returns the bytes written since the last call. Returns nothing when writing to a file. */
  takeBytes(): readonly Uint8Array[];
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
  const ioContext = new IOContext();
  if (path === undefined) {
    ioContext.allocContextWithCallbacks(BUFFER_BYTES, 1, null, (bytes) => {
      parts.push(Uint8Array.from(bytes));
      return bytes.length;
    });
    context.pb = ioContext;
  } else {
    context.url = `file:${path}`;
    FFmpegError.throwIfError(context.openOutputSync(), 'opening the file');
  }
  let hasBegun = false;
  const addTrack = (describeStream: (stream: Stream) => number): Stream => {
    const stream = context.newStream(null);
    FFmpegError.throwIfError(describeStream(stream), 'describing a track');
    return stream;
  };
  return {
    usesGlobalHeader: context.oformat?.hasFlags(AVFMT_GLOBALHEADER) ?? false,
    addCopiedTrack(stream) {
      const newTrack = addTrack((newStream) => stream.codecpar.copy(newStream.codecpar));
      // The codec's tag differs between containers.
      newTrack.codecpar.codecTag = 0;
      newTrack.timeBase = stream.timeBase;
      newTrack.sampleAspectRatio = stream.sampleAspectRatio;
      newTrack.avgFrameRate = stream.avgFrameRate;
      return newTrack;
    },
    addEncodedTrack(encoder) {
      const newTrack = addTrack((newStream) => newStream.codecpar.fromContext(encoder));
      newTrack.timeBase = encoder.timeBase;
      if (encoder.framerate.num > 0) newTrack.avgFrameRate = encoder.framerate;
      return newTrack;
    },
    async begin() {
      FFmpegError.throwIfError(await context.writeHeader(null), 'beginning the file');
      hasBegun = true;
    },
    async write(packet, stream, timeBase) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(timeBase, stream.timeBase);
      packet.pos = -1n;
      FFmpegError.throwIfError(await context.interleavedWriteFrame(packet), 'writing');
    },
    async end() {
      if (hasBegun) FFmpegError.throwIfError(await context.writeTrailer(), 'ending the file');
    },
    takeBytes() {
      const takenParts = parts;
      parts = [];
      return takenParts;
    },
    async close() {
      if (path === undefined) {
        context.pb = null;
        ioContext.freeContext();
      } else await context.closeOutput();
      context.freeContext();
    },
  };
}
