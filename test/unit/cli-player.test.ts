import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { findProgram } from '../../server/src/base/find-program.ts';
import { createPlayCommand, type PlaybackPosition } from '../../server/src/cli/player.ts';
import { tempFolder } from '../support/temp-folder.ts';

const all = {
  mpv: '/usr/bin/mpv',
  vlc: '/usr/bin/vlc',
  ffplay: '/usr/bin/ffplay',
  browser: '/usr/bin/firefox',
};
const uri = 'file:///v/-x%20%231%25d.mp4';
const moment: PlaybackPosition = { uri, path: '/v/-x #1%d.mp4', startMs: 83_200, endMs: 97_000 };

const command = (installed: typeof all | Partial<typeof all>, at: PlaybackPosition = moment) => {
  const found = createPlayCommand(at, installed);
  return found && [found.program, ...found.args];
};

test('given installed players, when a moment is played, then the best one seeks to the second', () => {
  const { mpv, vlc, ffplay, browser } = all;
  assert.deepEqual(command(all), [mpv, '--start=83.2', '--force-window=yes', '--', uri]);
  assert.deepEqual(command({ vlc, ffplay, browser }), [vlc, '--start-time=83.2', uri]);
  assert.deepEqual(command({ ffplay, browser }), [
    ffplay,
    '-hide_banner',
    '-protocol_whitelist',
    'file,pipe',
    '-ss',
    '83.2',
    '-i',
    'file:/v/-x #1%d.mp4',
  ]);
  assert.deepEqual(command({ browser }), [browser, `${uri}#t=83.2,97`]);
  assert.equal(command({}), undefined);
});

test('given a file whose clock starts late, when a moment is played, then only a browser counts by that clock', () => {
  const late = { ...moment, clockStartMs: 60_000 };
  assert.deepEqual(command({ browser: all.browser }, late), [all.browser, `${uri}#t=143.2,157`]);
  for (const player of ['mpv', 'vlc', 'ffplay'] as const)
    assert.deepEqual(command({ [player]: all[player] }, late), command({ [player]: all[player] }));
});

test('given a player by name, then that one is used or none', () => {
  assert.equal(createPlayCommand(moment, all, 'vlc')?.player, 'vlc');
  assert.equal(createPlayCommand(moment, { mpv: all.mpv }, 'vlc'), undefined);
});

test('given a file name that is not UTF-8, then it is played by its URI', () => {
  const raw: PlaybackPosition = { uri: 'file:///v/%FF.mp4', startMs: 0 };
  assert.deepEqual(command({ ffplay: all.ffplay, browser: all.browser }, raw), [
    all.browser,
    'file:///v/%FF.mp4#t=0',
  ]);
});

test('given PATH, when a program is searched, then the first executable in its order is found', () => {
  const root = tempFolder();
  for (const [folder, mode] of [
    ['a', 0o644],
    ['b', 0o755],
    ['c', 0o755],
  ] as const) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, 'mpv'), '');
    chmodSync(join(root, folder, 'mpv'), mode);
  }
  mkdirSync(join(root, 'd/mpv'), { recursive: true });
  const path = (...folders: string[]) => folders.map((folder) => join(root, folder)).join(':');
  assert.equal(findProgram('mpv', { PATH: path('d', 'a', 'b', 'c') }, 'linux'), join(root, 'b/mpv'));
  assert.equal(findProgram('mpv', { PATH: path('d', 'a') }, 'linux'), undefined);
  assert.equal(findProgram('mpv', { PATH: '' }, 'linux'), undefined);
});
