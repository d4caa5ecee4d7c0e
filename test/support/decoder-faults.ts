import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { MediaFailureError, type MediaFailureKind } from '../../server/src/core/errors/media-failure.ts';
import type { Decoder } from '../../server/src/ports/decoder.ts';
import { drawNumber, readNumber } from './clock-picture.ts';
import { makeMedia, tone } from './make-media.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
const video = {
  keyEvery: 10,
  draw: (canvas: Parameters<typeof drawNumber>[0], timeMs: number) =>
    drawNumber(canvas, Math.floor(timeMs / 100 + 0.01)),
};

/** A clip with a clock and a tone. */
async function sample(folder: string, name: string, seconds: number): Promise<string> {
  const path = join(folder, name);
  await makeMedia(path, { seconds, video, audio: { sample: tone(330) } });
  return path;
}

/** An mp4 file with its index in front, as files made for streaming have it. */
function indexFirst(file: Buffer): Buffer {
  const boxes: { readonly type: string; readonly bytes: Buffer }[] = [];
  for (let at = 0; at < file.length; ) {
    const size = file.readUInt32BE(at);
    boxes.push({ type: file.toString('latin1', at + 4, at + 8), bytes: file.subarray(at, at + size) });
    at += size;
  }
  const moov = Buffer.from(boxes.find(({ type }) => type === 'moov')?.bytes ?? Buffer.alloc(0));
  // Everything else moves back by the index's length, and so do the chunk offsets in it.
  for (let at = moov.indexOf('stco'); at >= 0; at = moov.indexOf('stco', at + 4)) {
    const count = moov.readUInt32BE(at + 8);
    for (let n = 0; n < count; n += 1) {
      const place = at + 12 + n * 4;
      moov.writeUInt32BE(moov.readUInt32BE(place) + moov.length, place);
    }
  }
  const parts = boxes.filter(({ type }) => type !== 'moov').map(({ bytes }) => bytes);
  const [first = Buffer.alloc(0), ...rest] = parts;
  return Buffer.concat([first, moov, ...rest]);
}

/** What untrusted files may not do to a decoder; both decoders pass it. */
export function decoderFaults(name: string, create: () => Decoder): void {
  const folder = tempFolder();
  const decoder = create();
  const file = (ending: string, content: string | Buffer): string => {
    const path = join(folder, ending);
    writeFileSync(path, content);
    return path;
  };
  const refused = async (path: string | Buffer, kind: MediaFailureKind) => {
    await assert.rejects(decoder.probe(pathToFileUri(path), never), (error: unknown) => {
      assert.ok(error instanceof MediaFailureError, String(error));
      assert.equal(error.failure.kind, kind, error.failure.reason);
      assert.match(error.failure.reason, /\.$/);
      assert.match(error.failure.remedy, /\.$/);
      return true;
    });
  };

  test(`${name}: given a path that is no media file, when probed, then the failure says what it is`, async () => {
    await refused(file('empty.mp4', ''), 'empty');
    await refused(file('text.mp4', 'These are only words.\n'.repeat(500)), 'notMedia');
    await refused(
      file('noise.mkv', Buffer.from(Array.from({ length: 9000 }, (_, n) => (n * 7919) % 251))),
      'notMedia',
    );
    await refused(join(folder, 'none.mp4'), 'missing');
    mkdirSync(join(folder, 'folder.mp4'));
    await refused(join(folder, 'folder.mp4'), 'unreadable');
    const pipe = join(folder, 'pipe.mp4');
    execFileSync('mkfifo', [pipe]);
    await refused(pipe, 'unreadable');
  });

  test(`${name}: given a truncated file, when probed, then it is reported as such, wherever its index is`, async () => {
    const mp4 = readFileSync(await sample(folder, 'whole.mp4', 20));
    await refused(file('index-lost.mp4', mp4.subarray(0, mp4.length / 2)), 'truncated');
    await refused(file('zeros.mp4', Buffer.alloc(100_000)), 'truncated');
    const front = indexFirst(mp4);
    const { durationMs } = await decoder.probe(pathToFileUri(file('front.mp4', front)), never);
    assert.ok(Math.abs(durationMs - 20_000) < 100);
    await refused(file('data-lost.mp4', front.subarray(0, front.length / 2)), 'truncated');
    const mkv = readFileSync(await sample(folder, 'whole.mkv', 20));
    await refused(file('cut.mkv', mkv.subarray(0, mkv.length / 2)), 'truncated');
  });

  test(`${name}: given damage in the middle, when read, then the other pictures are there`, async () => {
    const bytes = readFileSync(await sample(folder, 'damaged.ts', 6));
    for (let at = 0; at < 40; at += 1) bytes[Math.floor(bytes.length / 3) + at * 211] = (at * 37) & 255;
    const uri = pathToFileUri(file('damaged.ts', bytes));
    let pictures = 0;
    for await (const event of decoder.pass(uri, { grey: true }, never))
      if (event.kind === 'grey') pictures += 1;
    assert.ok(pictures > 20, `${pictures} pictures`);
  });

  test(`${name}: given pictures that are too large, when probed, then the file is refused`, async () => {
    const gif = readFileSync(await sampleGif(folder));
    gif.writeUInt16LE(15_000, 6);
    gif.writeUInt16LE(9000, 8);
    await refused(file('large.gif', gif), 'tooLarge');
  });

  test(`${name}: given a playlist, when probed, then it is refused, and no file or address in it is opened`, async () => {
    const server = createServer((_request, response) => response.end());
    let knocks = 0;
    server.on('connection', () => {
      knocks += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const secret = await sample(folder, 'secret.ts', 2);
    const untouched = new Date('2001-01-01');
    const readLast = () => statSync(secret).atimeMs;
    utimesSync(secret, untouched, new Date());
    const before = readLast();
    const url = `http://127.0.0.1:${port}/a.ts`;
    const playlists = [
      `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${secret}\n#EXT-X-ENDLIST\n`,
      `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://${secret}\n#EXTINF:2,\n${url}\n#EXT-X-ENDLIST\n`,
      `\n\n#EXTM3U\n#EXTINF:2,\n${url}\n`,
      `ffconcat version 1.0\nfile '${secret}'\n`,
      `ffconcat version 1.0\nfile '${url}'\n`,
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
      `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet><Representation id="1" bandwidth="1"><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      `[playlist]\nFile1=${url}\nNumberOfEntries=1\n`,
      `${url}\n`,
    ];
    try {
      for (const [at, text] of playlists.entries()) {
        for (const ending of ['mp4', 'ts', 'm3u8'])
          await refused(file(`list${at}.${ending}`, text), 'playlist');
      }
      // Not known as a playlist by its first words, and still not followed.
      await refused(file('hidden.mp4', `# nothing\n#EXTM3U\n#EXTINF:2,\n${secret}\n${url}\n`), 'notMedia');
      assert.equal(knocks, 0, 'nobody connected');
      assert.equal(readLast(), before, 'the named file was not read');
      readFileSync(secret);
    } finally {
      server.close();
    }
  });

  test(`${name}: given file names with options, URLs, filters and invalid UTF-8, when read, then they are only names`, async () => {
    const odd = [
      '-i.mp4',
      'http:x.mp4',
      'a:b.mp4',
      '%d %03d.mp4',
      'line\nbreak.mp4',
      `quo'te"s.mp4`,
      'back\\slash.mp4',
      'emoji 🎬 ü.mp4',
      'concat:a|b.mp4',
      '[0:v] ;,=.mp4',
      '#t=5?x&y.mp4',
    ];
    const sub = join(folder, 'names');
    mkdirSync(sub);
    const paths: (string | Buffer)[] = [
      ...odd.map((one) => join(sub, one)),
      Buffer.concat([Buffer.from(`${sub}/`), Buffer.from('caf\xe9 \xff.mp4', 'latin1')]),
    ];
    let from: string | Buffer = await sample(folder, 'named.mp4', 2);
    for (const path of paths) {
      renameSync(from, path);
      from = path;
      const uri = pathToFileUri(path);
      const { durationMs, container } = await decoder.probe(uri, never);
      assert.equal(durationMs, 2000, uri);
      assert.equal(container, 'mp4', uri);
      let greys = 0;
      for await (const event of decoder.pass(uri, { grey: true, audio: true }, never)) {
        if (event.kind !== 'grey') continue;
        greys += 1;
        assert.ok(Math.abs(readNumber(event, 1) * 100 - event.timeMs) <= 200, uri);
      }
      assert.ok(greys > 5, uri);
    }
  });

  test(`${name}: given a file without read permission, when probed, then the failure says so`, async (context) => {
    const { seteuid, geteuid } = process;
    const path = await sample(folder, 'private.mp4', 1);
    execFileSync('chmod', ['000', path]);
    if (!seteuid || !geteuid) return context.skip('this system has no user ids');
    const user = geteuid();
    // Root may read everything: another user's eyes for a moment.
    if (user === 0) execFileSync('chmod', ['755', folder]);
    if (user === 0) seteuid(65_534);
    try {
      await refused(path, 'noPermission');
    } finally {
      if (user === 0) seteuid(0);
    }
  });
}

async function sampleGif(folder: string): Promise<string> {
  const path = join(folder, 'size.gif');
  await makeMedia(path, { seconds: 1, video: { codec: 'gif', draw: video.draw } });
  return path;
}
