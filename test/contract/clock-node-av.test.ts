// needs: ffmpeg
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { clockContract } from '../support/clock-contract.ts';
import { runFfmpeg } from '../support/run-ffmpeg.ts';
import { tempFolder } from '../support/temp-folder.ts';

clockContract('node-av', createNodeAvDecoder, { transportOnly: false });

for (const [codec, ending] of [
  ['libvorbis', 'ogg'],
  ['libopus', 'opus'],
] as const) {
  test(`node-av: given .${ending} recordings that follow each other in one file, when it is read, then all of it is heard in turn`, async () => {
    const folder = tempFolder();
    const part = (frequency: number) => {
      const path = join(folder, `${frequency}.${ending}`);
      runFfmpeg('-f', 'lavfi', '-i', `sine=${frequency}:d=4:r=48000`, '-c:a', codec, path);
      return readFileSync(path);
    };
    const decoder = createNodeAvDecoder();
    const signal = new AbortController().signal;
    // Also the same recording twice: with one serial number.
    for (const second of [part(440), part(880)]) {
      const path = join(folder, `joined.${ending}`);
      writeFileSync(path, Buffer.concat([part(440), second]));
      const uri = pathToFileUri(path);
      const { durationMs, clockJumps } = await decoder.probe(uri, signal);
      assert.ok(Math.abs(durationMs - 8000) < 150, `lasts ${durationMs}`);
      let heardMs = 0;
      for await (const event of decoder.pass(uri, { audio: true }, signal, { clockJumps }))
        if (event.kind === 'audio') heardMs = event.timeMs + event.samples.length / 16;
      assert.ok(Math.abs(heardMs - 8000) < 150, `heard ${heardMs} ms`);
    }
  });
}
