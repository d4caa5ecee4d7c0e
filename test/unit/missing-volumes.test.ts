import assert from 'node:assert/strict';
import test from 'node:test';
import type { DiskFile } from '../../server/src/core/domain/disk-file.ts';
import type { VideoFile } from '../../server/src/core/domain/video.ts';
import {
  findCommonFolder,
  findMissingVolumes,
  findVolume,
} from '../../server/src/core/library/missing-volumes.ts';
import { copyOf } from '../support/store-rows.ts';

const at = (name: string) => `file:///v/${name}`;
const stored = (name: string, volume: string | undefined, changeStamp = '5:1') =>
  copyOf(at(name), name, { volume, changeStamp, sample: 'abc' });
const onDisk = (
  { uri, path, bytes, modifiedMs, changeStamp }: VideoFile,
  changes: Partial<DiskFile> = {},
): DiskFile => ({
  uri,
  path,
  bytes,
  modifiedMs,
  changeStamp,
  sidecars: [],
  ...changes,
});
const filesOf = (...files: readonly DiskFile[]) => new Map(files.map((file) => [file.uri, file]));
const missing = (
  copies: readonly VideoFile[],
  files: readonly DiskFile[],
  roots: Readonly<Record<string, string>>,
) =>
  findMissingVolumes(
    copies,
    filesOf(...files),
    Object.entries(roots).map(([uri, volume]) => ({ uri, volume })),
  ).map(({ volume, copies: lost }) => [volume, lost.map(({ uri }) => uri)]);

test('given files that vanished, when another file system is in their place, then their drive is missing', () => {
  const copies = [stored('usb/a.mp4', 'usb'), stored('usb/b/c.mp4', 'usb'), stored('own.mp4', 'disk')];
  const own = onDisk(stored('own.mp4', 'disk'));
  const lost = [['usb', [at('usb/a.mp4'), at('usb/b/c.mp4')]]];
  // The mount point remains, or disappears with the drive.
  assert.deepEqual(missing(copies, [own], { 'file:///v': 'disk' }), lost);
  // Another drive is in its place, with files of its own.
  const roots = { 'file:///v': 'disk', [at('usb')]: 'card' };
  assert.deepEqual(missing(copies, [own, onDisk(stored('usb/x.mp4', 'card'))], roots), lost);
  // It is there, and the files were deleted.
  assert.deepEqual(missing(copies, [own], { 'file:///v': 'disk', [at('usb')]: 'usb' }), []);
});

test('given files that a drive now hides, when it is mounted over them, then they count as missing', () => {
  const copies = [stored('hidden.mp4', 'disk')];
  assert.deepEqual(missing(copies, [], { 'file:///v': 'usb' }), [['disk', [at('hidden.mp4')]]]);
});

test('given a drive under a new name, when one of its files has kept its stamp, then what is missing was deleted', () => {
  const copies = [1, 2, 3].map((n) => stored(`${n}.mp4`, 'old'));
  const roots = { 'file:///v': 'new' };
  const [first, second] = copies;
  assert.ok(first && second);
  assert.deepEqual(missing(copies, [onDisk(first)], roots), []);
  // Drives without stable inodes: equal sizes and times of half the files are enough, those of a few are not.
  const restamped = [first, second].map((copy) => onDisk(copy, { changeStamp: '9:9' }));
  assert.deepEqual(missing(copies, restamped, roots), []);
  assert.deepEqual(missing(copies, restamped.slice(1), roots), [['old', [at('1.mp4'), at('3.mp4')]]]);
  assert.deepEqual(missing(copies, [onDisk(first, { bytes: 2 })], roots), [
    ['old', [at('2.mp4'), at('3.mp4')]],
  ]);
});

test('given rows of older versions or systems without volumes, when files vanish, then nothing is missing', () => {
  assert.deepEqual(missing([stored('a.mp4', undefined)], [], { 'file:///v': 'disk' }), []);
  assert.deepEqual(missing([stored('a.mp4', 'disk')], [], {}), []);
});

test('given nested roots, when the volume of a path is asked for, then the deepest root decides', () => {
  const volumes = [
    { uri: 'file:///v', volume: 'disk' },
    { uri: 'file:///v/usb', volume: 'usb' },
  ];
  assert.equal(findVolume('file:///v/usb/a.mp4', volumes), 'usb');
  assert.equal(findVolume('file:///v/usb2/a.mp4', volumes), 'disk');
  assert.equal(findVolume('file:///w/a.mp4', volumes), undefined);
});

test('given files, when their common folder is asked for, then it is the deepest one', () => {
  assert.equal(findCommonFolder(['file:///v/a/1.mp4', 'file:///v/a/b/2.mp4']), 'file:///v/a');
  assert.equal(findCommonFolder(['file:///v/a/1.mp4', 'file:///v/ab/2.mp4']), 'file:///v');
  assert.equal(findCommonFolder(['file:///1.mp4', 'file:///v/2.mp4']), 'file:///');
  assert.equal(findCommonFolder(['file:///D:/1.mp4']), 'file:///D:');
});
