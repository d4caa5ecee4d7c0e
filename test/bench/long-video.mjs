// Long test videos: one rendered minute whose packets are written again and again.
import { AV_LOG_ERROR } from 'node-av/constants';
import { FFmpegError, FormatContext, Log, Packet } from 'node-av/lib';
import { makeMedia } from '../support/make-media.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const SHOT_MS = 5000;
const SCENES = 4;

/** A wide picture of soft shapes, edges and grain: what a camera pans over. */
function panorama(seed) {
  const width = WIDTH * 2;
  const data = Buffer.alloc(width * HEIGHT * 3);
  let state = seed * 7919 + 1;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const waves = Array.from({ length: 6 }, () => [
    random() * 0.03,
    random() * 0.03,
    random() * 6,
    random() * 40,
  ]);
  const boxes = Array.from({ length: 60 }, () => [
    random() * width,
    random() * HEIGHT,
    20 + random() * 160,
    random() * 255,
  ]);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let light = 110;
      for (const [fx, fy, phase, size] of waves) light += Math.sin(x * fx + y * fy + phase) * size;
      const at = (y * width + x) * 3;
      for (let n = 0; n < 3; n += 1)
        data[at + n] = Math.max(0, Math.min(255, light + n * seed * 9 + random() * 14));
    }
  }
  for (const [left, top, size, light] of boxes) {
    for (let y = Math.floor(top); y < Math.min(HEIGHT, top + size); y += 1) {
      data.fill(
        light,
        (y * width + Math.floor(left)) * 3,
        (y * width + Math.min(width, Math.floor(left + size))) * 3,
      );
    }
  }
  return { width, data };
}

/** Renders `minutes` of 1280x720 at 30 fps with a cut every 5 s, a slow pan, a moving thing, and sound. */
export async function longVideo(path, codec, minutes) {
  const scenes = Array.from({ length: SCENES }, (_, seed) => panorama(seed + 1));
  const minute = path.replace(/(\.\w+)$/, '.minute$1');
  await makeMedia(minute, {
    seconds: 60,
    video: {
      codec,
      width: WIDTH,
      height: HEIGHT,
      fps: 30,
      keyEvery: 250,
      options: codec === 'h264' ? { preset: 'fast', crf: '23' } : { deadline: 'realtime', 'cpu-used': '7' },
      draw({ data }, timeMs) {
        const shot = Math.floor(timeMs / SHOT_MS);
        const scene = scenes[shot % SCENES];
        const from = Math.floor(((timeMs % SHOT_MS) / SHOT_MS) * 200 + shot * 17);
        for (let y = 0; y < HEIGHT; y += 1) {
          const row = (y * scene.width + from) * 3;
          data.set(scene.data.subarray(row, row + WIDTH * 3), y * WIDTH * 3);
        }
        const left = Math.floor(timeMs / 8) % (WIDTH - 160);
        for (let y = 300; y < 420; y += 1)
          data.fill(230, (y * WIDTH + left) * 3, (y * WIDTH + left + 160) * 3);
      },
    },
    audio: {
      codec: codec === 'h264' ? 'aac' : 'opus',
      sample: (time) => Math.sin(time * 1400) * (0.3 + 0.2 * Math.sin(time * 3)),
    },
  });
  repeat(minute, path, minutes);
}

function repeat(from, to, times) {
  Log.setLevel(AV_LOG_ERROR);
  const check = (code) => FFmpegError.throwIfError(code, to);
  const output = new FormatContext();
  check(output.allocOutputContext2(null, null, to));
  const packet = new Packet();
  packet.alloc();
  for (let time = 0; time < times; time += 1) {
    const input = new FormatContext();
    check(input.openInputSync(from));
    check(input.findStreamInfoSync());
    if (time === 0) {
      for (const stream of input.streams) {
        const copy = output.newStream(null);
        stream.codecpar.copy(copy.codecpar);
        copy.codecpar.codecTag = 0;
        copy.timeBase = stream.timeBase;
      }
      check(output.openOutputSync());
      check(output.writeHeaderSync());
    }
    while (input.readFrameSync(packet) >= 0) {
      const source = input.streams[packet.streamIndex].timeBase;
      const shift = BigInt(Math.round((time * 60.05 * source.den) / source.num));
      packet.pts += shift;
      packet.dts += shift;
      packet.rescaleTs(source, output.streams[packet.streamIndex].timeBase);
      check(output.interleavedWriteFrameSync(packet));
    }
    input.closeInputSync();
  }
  check(output.writeTrailerSync());
  output.closeOutputSync();
  output.freeContext();
}
