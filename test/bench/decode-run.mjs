// One measured decode in a process of its own: `bare` every frame of the video track and nothing else, `measure` what
// indexing does, `frames:8` so many frames at even times. Answers {seconds, megabytes}: processor time without start-up, and the most memory it held.
import { readFileSync } from 'node:fs';
import { AVDISCARD_ALL, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, CodecContext, FormatContext, Frame, Packet } from 'node-av/lib';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { createVideoAnalyser } from '../../server/src/core/media/video-analyser.ts';

function bare(path) {
  const format = new FormatContext();
  format.openInputSync(path);
  format.findStreamInfoSync();
  const stream = format.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  for (const other of format.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(stream.codecpar);
  context.threadCount = 1;
  context.open2Sync(codec, null);
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  let frames = 0;
  const take = () => {
    while (context.receiveFrameSync(frame) >= 0) frames += 1;
  };
  while (format.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      context.sendPacketSync(packet);
      take();
    }
    packet.unref();
  }
  context.sendPacketSync(null);
  take();
  return frames;
}

async function measure(path) {
  const decoder = createNodeAvDecoder();
  const { signal } = new AbortController();
  const uri = pathToFileUri(path);
  const { durationMs } = await decoder.probe(uri, signal);
  const folded = createVideoAnalyser({ clipMs: 30_000, durationMs });
  const request = { grey: true, frames: { width: 64, height: 64, everyMs: 1000 }, audio: true };
  for await (const event of decoder.pass(uri, request, signal)) {
    if (event.kind === 'grey') folded.grey(event.timeMs, event.data);
    else if (event.kind === 'frame') folded.colour(event);
    else if (event.kind === 'audio') folded.audio(event.timeMs, event.samples);
  }
  return folded.finish().clips.length;
}

async function frames(path, count) {
  const decoder = createNodeAvDecoder();
  const { signal } = new AbortController();
  const times = Array.from({ length: count }, (_, n) => ((n + 0.5) * 60_000) / count);
  let seen = 0;
  for await (const _ of decoder.frames(pathToFileUri(path), times, { width: 384, height: 384 }, signal))
    seen += 1;
  return seen;
}

/** The most this process held since it began; maxRSS counts its parent's too, from before it became itself. */
function peakMegabytes() {
  try {
    const kilobytes = /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}

const [, , kind, path] = process.argv;
const before = process.cpuUsage();
const wanted = /^frames:(\d+)$/.exec(kind)?.[1];
const count = wanted
  ? await frames(path, Number(wanted))
  : kind === 'bare'
    ? bare(path)
    : await measure(path);
const { user, system } = process.cpuUsage(before);
if (count === 0) throw new Error(`${kind} decoded nothing of ${path}`);
process.send({ seconds: (user + system) / 1e6, megabytes: peakMegabytes() });
process.disconnect();
