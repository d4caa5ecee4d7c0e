import assert from 'node:assert/strict';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import {
  AUDIO_EXTENSIONS,
  isMedia,
  VIDEO_EXTENSIONS,
} from '../../server/src/core/library/media-extensions.ts';
import { MEDIA_FORMATS } from '../../server/src/core/library/media-formats.ts';
import type { Decoder } from '../../server/src/ports/decoder.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
const SECONDS = 2;

const PICTURES = ['-f', 'lavfi', '-i', `testsrc2=s=176x144:r=25:d=${SECONDS}`];
const SOUND = ['-f', 'lavfi', '-i', `sine=440:d=${SECONDS}:r=44100`];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'];
const MPEG2 = ['-c:v', 'mpeg2video', '-c:a', 'mp2'];

/** ffmpeg has no encoder for these. */
const UNMADE = ['ape', 'amr'];

/** How ffmpeg makes a file of each kind, by the extensions that it is tried under. */
const RECIPES: readonly (readonly [extensions: string, inputs: 'both' | 'video' | 'audio', ...string[]])[] = [
  ['mp4 m4v f4v insv lrv', 'both', ...H264, '-c:a', 'aac', '-f', 'mp4'],
  ['mov qt', 'both', ...H264, '-c:a', 'aac', '-f', 'mov'],
  ['3gp 3g2', 'both', '-c:v', 'h263', '-c:a', 'aac', '-f', '3gp'],
  ['m4a m4b m4r 3ga', 'audio', '-c:a', 'aac', '-f', 'ipod'],
  ['mkv mk3d', 'both', ...H264, '-c:a', 'aac', '-f', 'matroska'],
  ['mka', 'audio', '-c:a', 'aac', '-f', 'matroska'],
  ['webm', 'both', ...VP8, '-c:a', 'libopus', '-f', 'webm'],
  ['weba', 'audio', '-c:a', 'libopus', '-f', 'webm'],
  ['ogv ogm', 'both', '-c:v', 'libtheora', '-c:a', 'libvorbis', '-f', 'ogg'],
  ['ogg oga', 'audio', '-c:a', 'libvorbis', '-f', 'ogg'],
  ['opus', 'audio', '-c:a', 'libopus', '-f', 'ogg'],
  ['spx', 'audio', '-c:a', 'libspeex', '-ar', '16000', '-f', 'ogg'],
  ['mp3 mpga', 'audio', '-c:a', 'libmp3lame', '-f', 'mp3'],
  ['mp2', 'audio', '-c:a', 'mp2', '-f', 'mp2'],
  ['wav', 'audio', '-f', 'wav'],
  ['flac', 'audio', '-f', 'flac'],
  ['ts mts m2ts m2t tod', 'both', ...MPEG2, '-f', 'mpegts'],
  ['flv', 'both', ...H264, '-c:a', 'aac', '-f', 'flv'],
  ['mpg mpeg mpe m2p vob mod', 'both', ...MPEG2, '-f', 'vob'],
  ['m1v mpv', 'video', '-c:v', 'mpeg1video', '-f', 'mpeg1video'],
  ['m2v', 'video', '-c:v', 'mpeg2video', '-f', 'mpeg2video'],
  ['h264', 'video', ...H264, '-f', 'h264'],
  ['h265 hevc', 'video', '-c:v', 'libx265', '-preset', 'ultrafast', '-f', 'hevc'],
  ['avi divx', 'both', '-c:v', 'mpeg4', '-c:a', 'libmp3lame', '-f', 'avi'],
  ['amv', 'both', '-ac', '1', '-ar', '22050', '-block_size', '882', '-strict', '-1', '-f', 'amv'],
  ['dv', 'both', '-s', '720x576', '-pix_fmt', 'yuv420p', '-ar', '48000', '-ac', '2', '-f', 'dv'],
  ['wmv asf', 'both', '-c:v', 'wmv2', '-c:a', 'wmav2', '-f', 'asf'],
  ['wma', 'audio', '-c:a', 'wmav2', '-f', 'asf'],
  ['rm rmvb', 'both', '-c:v', 'rv20', '-c:a', 'ac3', '-f', 'rm'],
  ['mxf', 'both', '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000', '-f', 'mxf'],
  ['gxf', 'both', '-s', '720x576', '-c:v', 'mpeg2video', '-ar', '48000', '-ac', '1', '-f', 'gxf'],
  ['nut', 'both', ...H264, '-c:a', 'aac', '-f', 'nut'],
  ['ivf', 'video', ...VP8, '-f', 'ivf'],
  ['y4m', 'video', '-pix_fmt', 'yuv420p', '-f', 'yuv4mpegpipe'],
  ['mjpeg mjpg', 'video', '-c:v', 'mjpeg', '-f', 'mjpeg'],
  ['gif', 'video', '-f', 'gif'],
  ['aac', 'audio', '-c:a', 'aac', '-f', 'adts'],
  ['ac3', 'audio', '-f', 'ac3'],
  ['eac3', 'audio', '-f', 'eac3'],
  ['dts', 'audio', '-c:a', 'dca', '-strict', '-2', '-ac', '2', '-f', 'dts'],
  ['aiff aif aifc', 'audio', '-f', 'aiff'],
  ['au', 'audio', '-f', 'au'],
  ['caf', 'audio', '-f', 'caf'],
  ['wv', 'audio', '-f', 'wv'],
  ['tta', 'audio', '-f', 'tta'],
];

/** Speech in AMR at 12.2 kbit/s, silent: 50 frames of 32 bytes a second, each headed by its mode. */
function silentAmr(seconds: number): Buffer {
  const frame = Buffer.alloc(32);
  frame[0] = 0x3c;
  return Buffer.concat([Buffer.from('#!AMR\n'), ...Array<Buffer>(seconds * 50).fill(frame)]);
}

/** Every row of the table of media holds on a file of its kind; `create` is called once. */
export function mediaFormatsContract(name: string, create: () => Decoder): void {
  const folder = tempFolder();
  const decoder = create();

  test(`${name}: given the table of media, then a file is made for every extension`, () => {
    const made = RECIPES.flatMap(([extensions]) => extensions.split(' ')).sort();
    assert.deepEqual(
      made,
      [...VIDEO_EXTENSIONS, ...AUDIO_EXTENSIONS].filter((one) => !UNMADE.includes(one)).sort(),
    );
    assert.equal(new Set(made).size, made.length, 'no extension has two rows');
    assert.ok(MEDIA_FORMATS.every(({ demuxers }) => demuxers.length > 0));
    assert.ok(!isMedia('go.mod'));
  });

  test(`${name}: given .amr, when it is indexed, then it is read whole`, async () => {
    writeFileSync(join(folder, 'call.amr'), silentAmr(SECONDS));
    const uri = pathToFileUri(join(folder, 'call.amr'));
    const { container, durationMs, streams } = await decoder.probe(uri, never);
    assert.equal(container, 'amr');
    assert.ok(Math.abs(durationMs - SECONDS * 1000) <= 200, `${durationMs}`);
    assert.deepEqual(
      streams.map(({ codec }) => codec),
      ['amr_nb'],
    );
  });

  for (const [extensions, inputs, ...options] of RECIPES) {
    test(`${name}: given .${extensions.replaceAll(' ', ' .')}, when it is indexed, then it is read whole`, async () => {
      const [first = '', ...others] = extensions.split(' ');
      const path = (extension: string) => join(folder, `clip.${extension.toUpperCase()}`);
      const sources = { both: [...PICTURES, ...SOUND], video: PICTURES, audio: SOUND }[inputs];
      if (!existsSync(path(first))) runFfmpeg(...sources, ...options, path(first));
      for (const other of others) copyFileSync(path(first), path(other));
      for (const extension of [first, ...others]) {
        const uri = pathToFileUri(path(extension));
        assert.ok(isMedia(path(extension)), extension);
        const { container, durationMs, streams } = await decoder.probe(uri, never);
        assert.equal(container, extension);
        assert.ok(Math.abs(durationMs - SECONDS * 1000) <= 200, `.${extension} lasts ${durationMs}`);
        const kinds = { both: ['audio', 'video'], video: ['video'], audio: ['audio'] }[inputs];
        assert.deepEqual(streams.map(({ kind }) => kind).sort(), kinds, extension);
        // GXF counts fields.
        for (const { kind, framesPerSecond = 0 } of streams)
          if (kind === 'video')
            assert.ok([25, 50].includes(Math.round(framesPerSecond)), `${framesPerSecond}`);
        assert.ok((inputs === 'audio' ? AUDIO_EXTENSIONS : VIDEO_EXTENSIONS).has(extension), extension);
      }
      const seen = new Set<string>();
      for await (const event of decoder.pass(pathToFileUri(path(first)), { grey: true, audio: true }, never))
        seen.add(event.kind);
      assert.equal(seen.has('grey'), inputs !== 'audio');
      assert.equal(seen.has('audio'), inputs !== 'video');
    });
  }
}
