import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { VideoFile } from '../../server/src/core/domain/video.ts';
import type { FileChange } from '../../server/src/core/library/reconcile-file.ts';
import type { FolderScope } from '../../server/src/indexing/folder-scope.ts';
import { reconcile } from '../../server/src/indexing/reconcile.ts';
import { type MemoryDisk, memoryDisk } from '../fakes/memory-disk.ts';
import { memoryWorld, nodeWorld, type World } from './disk-worlds.ts';

const signal = new AbortController().signal;
const T = 1_600_000_000_000;
const VTT = 'WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n';
/** More than the sampled blocks hold, so that a sample proves nothing. */
const BIG = 2_000_000;

/** A store of copies that changes are committed to, as the scheduler does. */
class Copies {
  rows = new Map<string, VideoFile>();

  async look(world: World, folders: readonly string[], within?: string): Promise<readonly FileChange[]> {
    const held: FolderScope[] = folders.map((folder) => ({
      rule: world.rule(folder),
      holder: world.uri(folder),
      within: within && world.uri(within),
    }));
    const all: FileChange[] = [];
    for await (const finding of reconcile(held, world.disk, [...this.rows.values()], signal)) {
      if (finding.kind === 'folder') continue;
      for (const change of finding.changes) {
        all.push(change);
        if (change.kind === 'removed') this.rows.delete(change.uri);
        else this.rows.set(change.copy.uri, change.copy);
      }
    }
    return all;
  }

  at(world: World, path: string): VideoFile {
    const copy = this.rows.get(world.uri(path));
    assert.ok(copy, `${path} is stored`);
    return copy;
  }
}

/** Bytes of a big file; `middle` differs where no sample is taken. */
function big(seed: number, middle = 0): Uint8Array {
  const data = new Uint8Array(BIG).fill(seed);
  data[100_000] = middle;
  return data;
}

for (const make of [() => memoryWorld(), nodeWorld]) {
  const check = (name: string, body: (world: World, copies: Copies) => Promise<void>) =>
    test(name, async () => {
      const world = await make();
      try {
        await body(world, new Copies());
      } finally {
        await world.close();
      }
    });
  const said = (world: World, changes: readonly FileChange[]) =>
    changes
      .map((change) => {
        const uri = change.kind === 'removed' ? change.uri : change.copy.uri;
        const redo = 'redo' in change && change.redo ? ' redo' : '';
        const from = change.kind === 'moved' ? ` from ${change.from.slice(world.uri('v').length - 1)}` : '';
        return `${change.kind} ${uri.slice(world.uri('v').length - 1)}${from}${redo}`;
      })
      .sort();

  describe(`reconcile: ${make.name}`, () => {
    check('given new files, when reconciled twice, then they are added once', async (world, copies) => {
      await world.write('v/a.mp4', 'a', T);
      await world.write('v/b.mp4', 'b', T);
      await world.write('v/b.srt', VTT, T);
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['added v/a.mp4', 'added v/b.mp4']);
      const b = copies.at(world, 'v/b.mp4');
      assert.match(b.videoId, /^v[0-9a-f]{31}$/);
      assert.notEqual(b.videoId, copies.at(world, 'v/a.mp4').videoId);
      assert.deepEqual([b.bytes, b.modifiedMs, b.recordedMs, b.holders], [1, T, T, [world.uri('v')]]);
      assert.equal(b.sidecars.length, 1);
      assert.deepEqual(await copies.look(world, ['v']), []);
    });

    check('given a renamed file, when reconciled, then it keeps its videoId', async (world, copies) => {
      await world.write('v/a.mp4', big(1), T);
      await copies.look(world, ['v']);
      const { videoId } = copies.at(world, 'v/a.mp4');
      await world.move('v/a.mp4', 'v/sub/b.mp4');
      assert.deepEqual(said(world, await copies.look(world, ['v'])), [
        'moved v/sub/b.mp4 from v/a.mp4',
        'removed v/a.mp4',
      ]);
      assert.equal(copies.at(world, 'v/sub/b.mp4').videoId, videoId);
      assert.deepEqual(await copies.look(world, ['v']), []);
    });

    check('given a move between watched folders, then the videoId stays', async (world, copies) => {
      await world.write('v/a.mp4', big(1), T);
      await world.makeFolder('w');
      await copies.look(world, ['v', 'w']);
      const { videoId } = copies.at(world, 'v/a.mp4');
      await world.move('v/a.mp4', 'w/a.mp4');
      // Only the folder it came to is looked at: the one it left is asked about this path alone.
      assert.deepEqual(said(world, await copies.look(world, ['w'])), [
        'moved w/a.mp4 from v/a.mp4',
        'removed v/a.mp4',
      ]);
      const moved = copies.at(world, 'w/a.mp4');
      assert.deepEqual([moved.videoId, moved.holders], [videoId, [world.uri('w')]]);
      await world.move('w/a.mp4', 'v/a.mp4');
      assert.deepEqual(said(world, await copies.look(world, ['v', 'w'])), [
        'moved v/a.mp4 from w/a.mp4',
        'removed w/a.mp4',
      ]);
    });

    check(
      'given a file replaced by one of the same size and time, when compared, then its content is new',
      async (world, copies) => {
        await world.write('v/a.mp4', big(1), T);
        await world.write('v/b.mp4', big(2), T);
        await copies.look(world, ['v']);
        const { videoId } = copies.at(world, 'v/a.mp4');
        await world.write('v/a.mp4', big(3), T);
        await world.write('new.mp4', big(4), T);
        await world.move('new.mp4', 'v/b.mp4');
        assert.deepEqual(said(world, await copies.look(world, ['v'])), [
          'modified v/a.mp4',
          'modified v/b.mp4',
        ]);
        assert.notEqual(copies.at(world, 'v/a.mp4').videoId, videoId);
        assert.deepEqual(await copies.look(world, ['v']), []);
      },
    );

    check(
      'given files of one size and time that change places, when compared, then each path has its content',
      async (world, copies) => {
        await world.write('v/a.mp4', big(1), T);
        await world.write('v/b.mp4', big(2), T);
        await copies.look(world, ['v']);
        const sampleOf = (path: string) => copies.at(world, path).sample;
        const [a, b] = [sampleOf('v/a.mp4'), sampleOf('v/b.mp4')];
        await world.move('v/a.mp4', 'v/c.mp4');
        await world.move('v/b.mp4', 'v/a.mp4');
        await world.move('v/c.mp4', 'v/b.mp4');
        await copies.look(world, ['v']);
        assert.deepEqual([sampleOf('v/a.mp4'), sampleOf('v/b.mp4')], [b, a]);
        assert.notEqual(copies.at(world, 'v/a.mp4').videoId, copies.at(world, 'v/b.mp4').videoId);
      },
    );

    check('given new metadata only, when compared, then nothing is done again', async (world, copies) => {
      await world.write('v/a.mp4', big(1), T);
      await copies.look(world, ['v']);
      const { videoId, changeStamp } = copies.at(world, 'v/a.mp4');
      copies.rows.set(world.uri('v/a.mp4'), { ...copies.at(world, 'v/a.mp4'), done: { cues: '1' } });
      await world.touchMetadata('v/a.mp4');
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['noted v/a.mp4']);
      const copy = copies.at(world, 'v/a.mp4');
      assert.deepEqual([copy.videoId, copy.done], [videoId, { cues: '1' }]);
      assert.notEqual(copy.changeStamp, changeStamp);
      assert.deepEqual(await copies.look(world, ['v']), []);
    });

    check(
      'given a sidecar replaced by one of the same size and time, when compared, then it is read again',
      async (world, copies) => {
        await world.write('v/a.mp4', 'a', T);
        await world.write('v/a.srt', VTT, T);
        await copies.look(world, ['v']);
        await world.write('v/a.srt', VTT.replace('hello', 'world'), T);
        assert.deepEqual(said(world, await copies.look(world, ['v'])), ['sidecars v/a.mp4']);
        assert.deepEqual(await copies.look(world, ['v']), []);
      },
    );

    check(
      'given rows of an older version, when compared, then they get stamps and nothing else changes',
      async (world, copies) => {
        await world.write('v/a.mp4', big(1), T);
        await world.write('v/a.srt', VTT, T);
        await copies.look(world, ['v']);
        const { changeStamp, ...rest } = copies.at(world, 'v/a.mp4');
        const sidecars = rest.sidecars.map(({ changeStamp: _stamp, ...sidecar }) => sidecar);
        copies.rows.set(rest.uri, { ...rest, sidecars });
        assert.deepEqual(said(world, await copies.look(world, ['v'])), ['noted v/a.mp4']);
        assert.equal(copies.at(world, 'v/a.mp4').changeStamp, changeStamp);
        assert.deepEqual(await copies.look(world, ['v']), []);
      },
    );

    check('given two files that swap names, then each keeps its videoId', async (world, copies) => {
      await world.write('v/a.mp4', big(1), T);
      await world.write('v/b.mp4', big(2), T + 1000);
      await copies.look(world, ['v']);
      const [a, b] = [copies.at(world, 'v/a.mp4').videoId, copies.at(world, 'v/b.mp4').videoId];
      await world.move('v/a.mp4', 'v/c.mp4');
      await world.move('v/b.mp4', 'v/a.mp4');
      await world.move('v/c.mp4', 'v/b.mp4');
      assert.deepEqual(said(world, await copies.look(world, ['v'])), [
        'moved v/a.mp4 from v/b.mp4',
        'moved v/b.mp4 from v/a.mp4',
      ]);
      assert.deepEqual([copies.at(world, 'v/a.mp4').videoId, copies.at(world, 'v/b.mp4').videoId], [b, a]);
      assert.deepEqual(await copies.look(world, ['v']), []);
    });

    check('given a copy, when the first is deleted, then its videoId stays', async (world, copies) => {
      await world.write('v/a.mp4', big(1), T);
      await copies.look(world, ['v']);
      const { videoId } = copies.at(world, 'v/a.mp4');
      await world.write('v/b.mp4', big(1), T + 5000);
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['added v/b.mp4', 'noted v/a.mp4']);
      assert.equal(copies.at(world, 'v/b.mp4').videoId, videoId);
      await world.remove('v/a.mp4');
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['removed v/a.mp4']);
      assert.equal(copies.at(world, 'v/b.mp4').videoId, videoId);
    });

    check('given different files with equal samples, then their videoIds differ', async (world, copies) => {
      await world.write('v/a.mp4', big(1, 1), T);
      await world.write('v/b.mp4', big(1, 2), T + 1000);
      await world.write('v/c.mp4', big(1, 2), T + 2000);
      await copies.look(world, ['v']);
      const [a, b, c] = ['a', 'b', 'c'].map((name) => copies.at(world, `v/${name}.mp4`));
      assert.equal(a?.sample, b?.sample);
      assert.notEqual(a?.videoId, b?.videoId);
      assert.equal(b?.videoId, c?.videoId);
      assert.deepEqual(await copies.look(world, ['v']), []);
    });

    check('given a file changed at the same size, then it has another videoId', async (world, copies) => {
      await world.write('v/a.mp4', 'abc', T);
      await copies.look(world, ['v']);
      const before = copies.at(world, 'v/a.mp4');
      await world.write('v/a.mp4', 'abd', T + 1000);
      const changes = await copies.look(world, ['v']);
      assert.deepEqual(said(world, changes), ['modified v/a.mp4']);
      assert.deepEqual(changes[0]?.kind === 'modified' && changes[0].before, before);
      assert.notEqual(copies.at(world, 'v/a.mp4').videoId, before.videoId);
    });

    check('given a small file with a new time, then only its time changes', async (world, copies) => {
      await world.write('v/a.mp4', 'abc', T);
      await copies.look(world, ['v']);
      const { videoId } = copies.at(world, 'v/a.mp4');
      copies.rows.set(world.uri('v/a.mp4'), { ...copies.at(world, 'v/a.mp4'), done: { cues: '1' } });
      await world.write('v/a.mp4', 'abc', T + 1000);
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['touched v/a.mp4']);
      const after = copies.at(world, 'v/a.mp4');
      assert.deepEqual([after.videoId, after.modifiedMs, after.done], [videoId, T + 1000, { cues: '1' }]);
    });

    check('given a big file touched again, then its digest decides', async (world, copies) => {
      await world.write('v/a.mp4', big(1, 1), T);
      await copies.look(world, ['v']);
      const { videoId } = copies.at(world, 'v/a.mp4');
      await world.write('v/a.mp4', big(1, 1), T + 1000);
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['touched v/a.mp4 redo']);
      await world.write('v/a.mp4', big(1, 1), T + 2000);
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['touched v/a.mp4']);
      assert.equal(copies.at(world, 'v/a.mp4').videoId, videoId);
      await world.write('v/a.mp4', big(1, 2), T + 3000);
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['modified v/a.mp4']);
      assert.notEqual(copies.at(world, 'v/a.mp4').videoId, videoId);
    });

    check('given a sidecar added, edited or removed, then its Cues are redone', async (world, copies) => {
      await world.write('v/a.mp4', 'same', T);
      await world.write('v/b.mp4', 'same', T);
      await copies.look(world, ['v']);
      const done = (path: string) =>
        copies.rows.set(world.uri(path), { ...copies.at(world, path), done: { cues: '1', probe: '1' } });
      for (const change of [
        () => world.write('v/a.srt', VTT, T),
        () => world.write('v/a.srt', `${VTT} more`, T + 1000),
        () => world.remove('v/a.srt'),
      ]) {
        done('v/a.mp4');
        done('v/b.mp4');
        await change();
        assert.deepEqual(said(world, await copies.look(world, ['v'])), ['sidecars v/a.mp4']);
        assert.deepEqual(copies.at(world, 'v/a.mp4').done, { probe: '1' });
        assert.deepEqual(copies.at(world, 'v/b.mp4').done, { cues: '1', probe: '1' });
      }
      assert.deepEqual(copies.at(world, 'v/a.mp4').sidecars, []);
    });

    check('given a missing folder, when it is back, then nothing has changed', async (world, copies) => {
      await world.write('v/a.mp4', big(1), T);
      await copies.look(world, ['v']);
      await world.move('v', 'away');
      assert.deepEqual(await copies.look(world, ['v']), []);
      copies.at(world, 'v/a.mp4');
      await world.move('away', 'v');
      assert.deepEqual(await copies.look(world, ['v']), []);
    });

    check('given an empty folder older than its files, then it is a lost drive', async (world, copies) => {
      await world.makeFolder('v');
      const far = Date.now() + 1_000_000_000;
      await world.write('v/a.mp4', 'a', far);
      await world.write('v/b.mp4', 'a', T);
      await copies.look(world, ['v']);
      await world.remove('v/a.mp4');
      await world.remove('v/b.mp4');
      assert.deepEqual(await copies.look(world, ['v']), []);
      copies.rows.delete(world.uri('v/a.mp4'));
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['removed v/b.mp4']);
    });

    check('given a file in two folders, when both let go, then it is removed', async (world, copies) => {
      await world.write('v/in/a.mp4', 'a', T);
      await copies.look(world, ['v', 'v/in']);
      assert.deepEqual(copies.at(world, 'v/in/a.mp4').holders, [world.uri('v'), world.uri('v/in')]);
      await world.write('v/.goldfishignore', 'in\n');
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['noted v/in/a.mp4']);
      assert.deepEqual(copies.at(world, 'v/in/a.mp4').holders, [world.uri('v/in')]);
      await world.remove('v/in/a.mp4');
      assert.deepEqual(said(world, await copies.look(world, ['v', 'v/in'])), ['removed v/in/a.mp4']);
    });

    check('given a scan of a subfolder, then nothing outside it changes', async (world, copies) => {
      await world.write('v/a/one.mp4', 'a', T);
      await world.write('v/b/two.mp4', 'b', T);
      await copies.look(world, ['v']);
      await world.remove('v/a/one.mp4');
      await world.remove('v/b/two.mp4');
      assert.deepEqual(said(world, await copies.look(world, ['v'], 'v/b')), ['removed v/b/two.mp4']);
      assert.deepEqual(said(world, await copies.look(world, ['v'])), ['removed v/a/one.mp4']);
    });

    check('given 300 files with duplicates, when moved, then all are recognised', async (world, copies) => {
      for (let at = 0; at < 300; at += 1)
        await world.write(`v/${at % 7}/${at}.mp4`, `content ${at % 100}`, T + at * 1000);
      const changes = await copies.look(world, ['v']);
      assert.equal(changes.length, 300);
      assert.equal(new Set([...copies.rows.values()].map((copy) => copy.videoId)).size, 100);
      await world.move('v/3', 'v/x');
      const moved = await copies.look(world, ['v']);
      const kinds = new Map<string, number>();
      for (const { kind } of moved) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      assert.deepEqual([...kinds].sort(), [
        ['moved', 43],
        ['removed', 43],
      ]);
    });

    check('given an aborted scan, when reconciled, then it throws the reason', async (world, copies) => {
      await world.write('v/a.mp4', 'a', T);
      const held = [{ rule: world.rule('v'), holder: 'index' }];
      const stop = new AbortController();
      const run = async () => {
        for await (const finding of reconcile(held, world.disk, [...copies.rows.values()], stop.signal)) {
          if (finding.kind === 'folder') stop.abort(new Error('enough'));
        }
      };
      await assert.rejects(run(), /enough/);
    });
  });
}

const volumeTest = (name: string, body: (world: World, copies: Copies, disk: MemoryDisk) => Promise<void>) =>
  test(name, async () => {
    const disk = memoryDisk();
    await body(await memoryWorld(disk), new Copies(), disk);
  });

volumeTest(
  'given a folder that was filled before its mount point was made, when the drive is unmounted, then its rows stay',
  async (world, copies, disk) => {
    disk.setVolume('/world/v', 'usb');
    await world.write('v/sub/a.mp4', 'a', T);
    await world.write('v/b.mp4', 'b', T);
    await copies.look(world, ['v']);
    assert.deepEqual([copies.at(world, 'v/b.mp4').volume], ['usb']);
    await world.move('v', 'drive');
    await world.makeFolder('v');
    disk.setVolume('/world/v', undefined);
    assert.deepEqual(await copies.look(world, ['v']), []);
    // What lay below the mount point is indexed meanwhile.
    await world.write('v/hidden.mp4', 'h', T);
    const changes = await copies.look(world, ['v']);
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['added'],
    );
    // A scan of a part knows no more.
    assert.deepEqual(await copies.look(world, ['v'], 'v/sub'), []);
    await world.move('v', 'below');
    await world.move('drive', 'v');
    disk.setVolume('/world/v', 'usb');
    await copies.look(world, ['v']);
    assert.deepEqual([...copies.rows.keys()].sort(), [
      world.uri('v/b.mp4'),
      world.uri('v/hidden.mp4'),
      world.uri('v/sub/a.mp4'),
    ]);
    await world.remove('v/b.mp4');
    assert.equal((await copies.look(world, ['v']))[0]?.kind, 'removed');
  },
);

volumeTest(
  'given a mounted drive, when an ignore file excludes it, then its rows go although it is another file system',
  async (world, copies, disk) => {
    disk.setVolume('/world/v/usb', 'usb');
    await world.write('v/usb/a.mp4', 'a', T);
    await copies.look(world, ['v']);
    await world.write('v/.goldfishignore', 'usb\n');
    disk.setVolume('/world/v/usb', undefined);
    assert.equal((await copies.look(world, ['v']))[0]?.kind, 'removed');
  },
);
