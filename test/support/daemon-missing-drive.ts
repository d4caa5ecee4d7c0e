import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Folder } from '../../server/protocol/folders.ts';
import type { Status } from '../../server/protocol/status.ts';
import { sandbox, startDaemon } from './daemon.ts';
import { atRest, render, search, statusOf, until, uriOf } from './watched.ts';

// Runs in a mount namespace of its own: drives are mounted and unmounted below folders that a daemon watches.
const run = (program: string, ...args: readonly string[]) => {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${stderr}`);
};
const box = sandbox();
const makeDrive = (name: string) => {
  const path = join(box.folder, name);
  mkdirSync(path);
  run('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path);
  return path;
};
// The drives contain their videos before the mount points exist, so the empty mount points are newer than the videos.
const [usb, card] = [makeDrive('usb'), makeDrive('card')];
await render(join(usb, 'otter.mp4'), 10, 'Here swims the otter.');
await render(join(usb, 'badger.mp4'), 60, 'Here digs the badger.');
await render(join(card, 'heron.mp4'), 110, 'Here stands the heron.');
const videos = join(box.folder, 'videos');
const slot = join(videos, 'slot');
mkdirSync(slot, { recursive: true });
// Lies below the mount point, and is visible only while nothing is mounted.
await render(join(videos, 'marmot.mp4'), 160, 'Here whistles the marmot.');
assert.ok(statSync(slot).mtimeMs > statSync(join(usb, 'otter.mp4')).ctimeMs);

const plug = (drive: string, place: string) => run('mount', '--bind', drive, place);
const unplug = (place: string) => run('umount', '-l', place);
interface Seen {
  readonly status: Status;
  readonly folder: Folder;
}
// A folder that holds nothing but files of missing drives is offline as soon as it is scanned again.
const isSettled = ({ status, folder }: Seen) => atRest(status) && folder.state !== 'scanning';
const counts = async (...words: readonly string[]) => {
  const hits: number[] = [];
  for (const word of words) hits.push((await search(client, word)).length);
  return hits;
};

const daemon = await startDaemon(box);
const client = await daemon.client();
const look = () => client.result('goldfish/folders/add', { uri: uriOf(videos) });
const see = async (): Promise<Seen> => {
  const { folders } = await client.result('goldfish/folders/list');
  const folder = (folders as readonly Folder[])[0];
  assert.ok(folder);
  return { folder, status: await statusOf(client) };
};
/** Waits until the daemon is at rest with so many videos in its index. */
const settled = (videos: number, fits: (seen: Seen) => boolean = () => true) =>
  until(client, see, (seen) => isSettled(seen) && seen.status.videos === videos && fits(seen));
const reasonOf = ({ folder }: Seen) => folder.reason ?? '';

// The watched folder itself is the mount point. The daemon notices by itself what happens to it.
plug(usb, videos);
await look();
await settled(2);
assert.deepEqual(await counts('otter', 'badger', 'marmot'), [1, 1, 0]);
unplug(videos);
const hidden = await settled(3);
assert.match(reasonOf(hidden), /The drive with 2 indexed videos in .*videos is missing\. Connect/);
assert.deepEqual([hidden.status.work.offline, hidden.status.work.failed], [2, []]);
assert.deepEqual(await counts('otter', 'badger', 'marmot'), [1, 1, 1]);

// What is deleted while the drive is there is gone. What it hides is not.
rmSync(join(usb, 'badger.mp4'));
plug(usb, videos);
assert.match(reasonOf(await settled(2)), /The drive with 1 indexed video in /);
assert.deepEqual(await counts('otter', 'badger', 'marmot'), [1, 0, 1]);
unplug(videos);
await settled(2, ({ status }) => status.work.offline === 1);

// A mount point below the watched folder, which is empty without its drive.
plug(card, slot);
await look();
await settled(3);
unplug(slot);
await look();
const missing = await settled(3, ({ status }) => status.work.offline === 2);
assert.match(reasonOf(missing), /is missing\. Connect/);
// Some systems remove the mount point with the drive.
rmSync(slot, { recursive: true });
await look();
await settled(3, ({ status }) => status.work.offline === 2);
assert.deepEqual(await counts('otter', 'marmot', 'heron'), [1, 1, 1]);
// Other rows follow the disk as ever.
rmSync(join(videos, 'marmot.mp4'));
await settled(2);
assert.deepEqual(await counts('otter', 'marmot', 'heron'), [1, 0, 1]);
mkdirSync(slot);
plug(card, slot);
await look();
await settled(2, ({ status }) => status.work.offline === 1);
rmSync(join(slot, 'heron.mp4'));
await look();
await settled(1);
assert.deepEqual(await counts('otter', 'heron'), [1, 0]);
assert.deepEqual(client.faults, []);
await Promise.all([client.result('goldfish/stop'), daemon.exit]);
for (const place of [slot, usb, card]) unplug(place);
