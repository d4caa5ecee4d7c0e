import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { memoryWorld, nodeWorld, type World, watching } from './disk-worlds.ts';

const signal = new AbortController().signal;
const VTT = 'WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n';
const OLD = 1_600_000_000_000;

for (const make of [memoryWorld, nodeWorld]) {
  /** A test with a world of its own. */
  const check = (name: string, body: (world: World) => Promise<void>) =>
    test(name, async () => {
      const world = await make();
      try {
        await body(world);
      } finally {
        await world.close();
      }
    });
  /** Names of what a scan lists, relative to the folder. */
  const names = async (world: World, folder: string, more = {}, within?: string) => {
    const scan = await world.disk.scan(world.rule(folder, more), signal, within && world.uri(within));
    assert.deepEqual(scan.state, { state: 'ok' });
    const base = `${world.uri(folder)}/`;
    return scan.files.map((file) => decodeURIComponent(file.uri.slice(base.length))).sort();
  };

  describe(`disk: ${make.name}`, () => {
    check('given media in nested folders, when scanned, then they have size and time', async (world) => {
      await world.write('v/a.mp4', 'abc', OLD);
      await world.write('v/b/c.MKV', 'abcd', OLD + 1000);
      await world.write('v/b/song.flac', 'x');
      await world.write('v/notes.txt', 'x');
      assert.deepEqual(await names(world, 'v'), ['a.mp4', 'b/c.MKV', 'b/song.flac']);
      const { files } = await world.disk.scan(world.rule('v'), signal);
      const file = files.find((one) => one.uri === world.uri('v/b/c.MKV'));
      assert.deepEqual([file?.bytes, file?.modifiedMs, file?.sidecars], [4, OLD + 1000, []]);
      assert.ok(file?.path.endsWith('v/b/c.MKV'));
    });

    check('given hidden and system folders, when scanned, then only a root may be one', async (world) => {
      for (const path of [
        'a.mp4',
        '.b.mp4',
        '.git/c.mp4',
        '$RECYCLE.BIN/d.mp4',
        'lost+found/e.mp4',
        'f/.g/h.mp4',
      ]) {
        await world.write(`.hidden/${path}`, 'x');
      }
      assert.deepEqual(await names(world, '.hidden'), ['a.mp4']);
      await world.write('lost+found/a.mp4', 'x');
      assert.deepEqual(await names(world, 'lost+found'), ['a.mp4']);
    });

    check('given include and exclude globs, when scanned, then only matches are listed', async (world) => {
      for (const path of ['a.mp4', 'b.mkv', 'talks/c.mp4', 'talks/raw/d.mp4', 'x/raw/e.mp4']) {
        await world.write(`v/${path}`, 'x');
      }
      assert.deepEqual(await names(world, 'v', { exclude: ['raw'] }), ['a.mp4', 'b.mkv', 'talks/c.mp4']);
      assert.deepEqual(await names(world, 'v', { include: ['*.mp4'], exclude: ['/talks/'] }), [
        'a.mp4',
        'x/raw/e.mp4',
      ]);
      assert.deepEqual(await names(world, 'v', { include: ['talks'] }), ['talks/c.mp4', 'talks/raw/d.mp4']);
      assert.deepEqual(await names(world, 'v', { include: ['talks/*.mp4'] }), ['talks/c.mp4']);
      assert.deepEqual(await names(world, 'v', { include: ['*.{mkv,webm}'] }), ['b.mkv']);
    });

    check('given nested .goldfishignore files, when scanned, then both apply', async (world) => {
      for (const path of ['a.mp4', 'b.mp4', 'out/c.mp4', 'd/a.mp4', 'd/b.mp4', 'd/e/b.mp4']) {
        await world.write(`v/${path}`, 'x');
      }
      await world.write('v/.goldfishignore', '# mine\nb.mp4\n/out/\n');
      assert.deepEqual(await names(world, 'v'), ['a.mp4', 'd/a.mp4']);
      await world.write('v/d/.goldfishignore', '!b.mp4\na.*\n');
      assert.deepEqual(await names(world, 'v'), ['a.mp4', 'd/b.mp4', 'd/e/b.mp4']);
    });

    check('given rules in parent folders, when a subfolder is scanned, then they apply', async (world) => {
      for (const path of ['a.mp4', 'd/b.mp4', 'd/e/c.mp4', 'd/e/skip.mp4', 'out/x.mp4']) {
        await world.write(`v/${path}`, 'x');
      }
      await world.write('v/.goldfishignore', 'skip.mp4\nout\n');
      assert.deepEqual(await names(world, 'v', {}, 'v/d/e'), ['d/e/c.mp4']);
      assert.deepEqual(await names(world, 'v', {}, 'v/d'), ['d/b.mp4', 'd/e/c.mp4']);
      assert.deepEqual(await names(world, 'v', {}, 'v/out'), []);
      assert.deepEqual(await names(world, 'v', { exclude: ['e'] }, 'v/d/e'), []);
      assert.deepEqual(await names(world, 'v', {}, 'v/gone'), []);
    });

    check('given sidecars beside a video or in subtitle folders, then they belong to it', async (world) => {
      const all = [
        'talk.mp4',
        'talk.part2.mp4',
        'talk.srt',
        'Talk.en.VTT',
        'talk.mp4.ass',
        'talk.part2.srt',
        'talkative.srt',
        'talk.txt',
        'Subs/talk.de.srt',
        'Subs/talk/2_English.srt',
        'Subs/other.srt',
        'one/film.mkv',
        'one/subs/English.srt',
        'one/film.idx',
        'one/film.sub',
      ];
      for (const path of all) await world.write(`v/${path}`, VTT, OLD);
      const { files } = await world.disk.scan(world.rule('v'), signal);
      const sidecars = (path: string) =>
        files
          .find((file) => file.uri === world.uri(`v/${path}`))
          ?.sidecars.map((one) => one.uri.slice(`${world.uri('v')}/`.length));
      assert.deepEqual(sidecars('talk.mp4'), [
        'Subs/talk.de.srt',
        'Subs/talk/2_English.srt',
        'Talk.en.VTT',
        'talk.mp4.ass',
        'talk.srt',
      ]);
      assert.deepEqual(sidecars('talk.part2.mp4'), ['talk.part2.srt']);
      assert.deepEqual(sidecars('one/film.mkv'), ['one/film.idx', 'one/subs/English.srt']);
    });

    check('given a file of any extension as root, when scanned, then it has its sidecars', async (world) => {
      await world.write('v/strange.bin', 'x', OLD);
      await world.write('v/strange.srt', VTT, OLD);
      await world.write('v/other.mp4', 'x');
      const { state, files } = await world.disk.scan(world.rule('v/strange.bin'), signal);
      assert.deepEqual(state, { state: 'ok' });
      assert.deepEqual(
        files.map((file) => [file.uri, file.sidecars.map((one) => one.uri)]),
        [[world.uri('v/strange.bin'), [world.uri('v/strange.srt')]]],
      );
    });

    check('given a missing or an empty folder, when scanned, then it is offline or bare', async (world) => {
      const gone = await world.disk.scan(world.rule('v'), signal);
      assert.equal(gone.state.state, 'offline');
      assert.match(gone.state.state === 'offline' ? gone.state.reason : '', /v was not found/);
      assert.equal((await world.disk.state(world.uri('v'), signal)).state, 'offline');
      await world.makeFolder('v/empty');
      const there = await world.disk.scan(world.rule('v'), signal);
      assert.deepEqual(there.state, { state: 'ok' });
      assert.deepEqual(
        there.bare.map((folder) => folder.uri),
        [world.uri('v/empty')],
      );
      assert.ok((there.bare[0]?.modifiedMs ?? 0) > 0);
      assert.deepEqual(await world.disk.state(world.uri('v'), signal), { state: 'ok' });
    });

    check('given names with quotes, escapes or emoji, when scanned, then all can be read', async (world) => {
      const odd = [
        "it's 100%d.mp4",
        'a\nb.mp4',
        '"quoted".mp4',
        '-x.mp4',
        'http:x.mp4',
        '🐟 金魚.mp4',
        'a#b?c.mp4',
        '%41.mp4',
      ];
      for (const name of odd) await world.write(`v/${name}`, name);
      const { files } = await world.disk.scan(world.rule('v'), signal);
      assert.deepEqual(
        files.map((file) => file.uri).sort(),
        odd.map((name) => world.uri(`v/${name}`)).sort(),
      );
      for (const file of files) {
        assert.equal((await world.disk.stat(file.uri, signal))?.bytes, file.bytes);
        assert.match(await world.disk.sample(file.uri, signal), /^[0-9a-f]{64}$/);
      }
    });

    check('given equal and different contents, when hashed, then names do not matter', async (world) => {
      const big = new Uint8Array(3_000_000).fill(7);
      const other = big.slice();
      other[100_000] = 8;
      await world.write('v/a.mp4', big);
      await world.write('v/b.mp4', big);
      await world.write('v/c.mp4', other);
      await world.write('v/d.mp4', big.subarray(1));
      const of = (path: string) =>
        Promise.all([world.disk.sample(world.uri(path), signal), world.disk.digest(world.uri(path), signal)]);
      const [a, b, c, d] = await Promise.all(['v/a.mp4', 'v/b.mp4', 'v/c.mp4', 'v/d.mp4'].map(of));
      assert.deepEqual(a, b);
      assert.equal(c?.[0], a?.[0], 'the byte lies between the samples');
      assert.notEqual(c?.[1], a?.[1]);
      assert.notEqual(d?.[0], a?.[0]);
    });

    check(
      'given a folder, a file and a missing path, when its state is asked for, then only the folder is ok',
      async (world) => {
        await world.write('v/a.mp4', 'abc', OLD);
        assert.equal((await world.disk.state(world.uri('v'), signal)).state, 'ok');
        for (const path of ['v/a.mp4', 'none'])
          assert.equal((await world.disk.state(world.uri(path), signal)).state, 'offline', path);
      },
    );

    check('given a missing file, a folder or an abort, when read, then the error says so', async (world) => {
      await world.write('v/a.mp4', 'abc', OLD);
      const uri = world.uri('v/a.mp4');
      const { files } = await world.disk.scan(world.rule('v'), signal);
      const facts = { bytes: 3, modifiedMs: OLD, changeStamp: files[0]?.changeStamp };
      assert.notEqual(facts.changeStamp, undefined);
      assert.deepEqual(await world.disk.stat(uri, signal), facts);
      assert.deepEqual(await world.disk.waitUntilStable(uri, signal), facts);
      assert.equal(await world.disk.stat(world.uri('v/no.mp4'), signal), undefined);
      assert.equal(await world.disk.stat(world.uri('v'), signal), undefined);
      const { disk } = world;
      for (const ask of [disk.waitUntilStable, disk.sample, disk.digest]) {
        await assert.rejects(ask(world.uri('v/no.mp4'), signal), isFailure('missing'));
        await assert.rejects(ask(world.uri('v'), signal), isFailure('unreadable'));
        await assert.rejects(ask(uri, AbortSignal.abort(new Error('enough'))), /enough/);
      }
      await assert.rejects(disk.scan(world.rule('v'), AbortSignal.abort(new Error('enough'))), /enough/);
    });

    check('given sidecars timed in ms or frames, when read, then their cues have times', async (world) => {
      await world.write('v/a.de.vtt', VTT);
      const track = await world.disk.sidecar(world.uri('v/a.de.vtt'), {}, signal);
      assert.deepEqual(track, {
        source: 'a.de.vtt',
        language: 'de',
        cues: [{ startMs: 1000, endMs: 2000, text: 'hello', kind: 'speech' }],
      });
      await world.write('v/a.sub', '{30}{60}hello');
      const frames = await world.disk.sidecar(world.uri('v/a.sub'), { framesPerSecond: 30 }, signal);
      assert.deepEqual([frames.cues[0]?.startMs, frames.cues[0]?.endMs], [1000, 2000]);
      await assert.rejects(world.disk.sidecar(world.uri('v/no.vtt'), {}, signal), isFailure('missing'));
    });

    check(
      'given a watched folder, when files are added, changed, moved or removed, then their folders are reported',
      async (world) => {
        await world.write('v/a/one.mp4', 'x');
        await world.write('v/b/two.mp4', 'x');
        const watcher = await watching(world, world.rule('v'));
        /** Does something and waits until the folders are told (or the whole). */
        const telling = async (change: Promise<void>, ...folders: readonly string[]) => {
          await change;
          await watcher.until(
            (told) => told.has(undefined) || folders.every((folder) => told.has(world.uri(folder))),
          );
          watcher.forget();
        };
        try {
          await telling(world.write('v/a/new.mp4', 'x'), 'v/a');
          await telling(world.write('v/b/two.mp4', 'longer'), 'v/b');
          await telling(world.write('v/b/two.srt', VTT), 'v/b');
          await telling(world.remove('v/b/two.srt'), 'v/b');
          await telling(world.move('v/a/new.mp4', 'v/b/new.mp4'), 'v/a', 'v/b');
          await telling(world.remove('v/b'), 'v');
        } finally {
          await watcher.stop();
        }
      },
    );

    check(
      'given a folder named like a video, when files in it change, then that is reported',
      async (world) => {
        await world.write('v/Film.mp4/a.mp4', 'a', OLD);
        const watcher = await watching(world, world.rule('v'));
        await world.write('v/Film.mp4/b.mp4', 'b', OLD);
        await watcher.until((told) => told.has(world.uri('v/Film.mp4')) || told.has(undefined));
        watcher.forget();
        await world.write('v/New.mkv/sub.srt/c.mp4', 'c', OLD);
        await watcher.until((told) => [...told].some((uri) => uri === undefined || uri.includes('New.mkv')));
        await watcher.stop();
        const { files } = await world.disk.scan(world.rule('v'), signal);
        assert.deepEqual(files.map(({ uri }) => uri.slice(world.uri('v').length)).sort(), [
          '/Film.mp4/a.mp4',
          '/Film.mp4/b.mp4',
          '/New.mkv/sub.srt/c.mp4',
        ]);
      },
    );

    check('given a watched folder, when another is moved into it, then that is reported', async (world) => {
      await world.write('v/a.mp4', 'x');
      await world.write('w/c/d/deep.mp4', 'x');
      const watcher = await watching(world, world.rule('v'));
      try {
        await world.move('w/c', 'v/c');
        await watcher.until(
          (told) => told.has(undefined) || told.has(world.uri('v/c')) || told.has(world.uri('v')),
        );
        assert.deepEqual(await names(world, 'v', {}, 'v/c'), ['c/d/deep.mp4']);
      } finally {
        await watcher.stop();
      }
    });

    check('given a watched folder, when removed and made again, then both are reported', async (world) => {
      await world.write('v/a.mp4', 'x');
      const watcher = await watching(world, world.rule('v'));
      const until = async (state: string) => {
        for (;;) {
          await watcher.until((told) => told.has(undefined));
          watcher.forget();
          if ((await world.disk.state(world.uri('v'), signal)).state === state) return;
        }
      };
      try {
        await world.remove('v');
        await until('offline');
        await world.write('v/b.mp4', 'x');
        await until('ok');
      } finally {
        await watcher.stop();
      }
    });
  });
}

function isFailure(kind: string): (error: unknown) => boolean {
  return (error) => error instanceof MediaFailureError && error.failure.kind === kind;
}
