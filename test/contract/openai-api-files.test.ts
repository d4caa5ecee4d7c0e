import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { findAllowedVideo } from '../../server/src/openai-api/find-video.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = realpathSync(tempFolder());
const folder = join(root, 'videos');
mkdirSync(folder);
mkdirSync(join(root, 'videos-secret'));
const names = ['a b.mp4', '100%.mp4', 'q?#x.mp4', 'über.mp4', '%20.mp4'];
for (const name of names) writeFileSync(join(folder, name), '');
writeFileSync(join(root, 'videos-secret', 's.mp4'), '');
symlinkSync(join(root, 'videos-secret'), join(folder, 'way-out'));

test('given names with blanks, percent signs and marks, when they come as a path, escaped or not, then the file is found', async () => {
  for (const name of names) {
    const path = join(folder, name);
    const uri = pathToFileUri(path);
    for (const address of [path, uri, `file://${path}`])
      assert.equal(await findAllowedVideo(address, [folder]), uri, address);
  }
});

test('given paths that lead out of the allowed folders, when they are asked for, then they are refused like missing files', async () => {
  const refused = [
    join(root, 'videos-secret/s.mp4'),
    join(folder, 'way-out/s.mp4'),
    `${folder}/../videos-secret/s.mp4`,
    `file://${folder}/%2e%2e/videos-secret/s.mp4`,
    join(folder, 'missing.mp4'),
    '/etc/passwd',
  ];
  for (const address of refused)
    await assert.rejects(
      findAllowedVideo(address, [folder]),
      { status: 403, code: 'video_not_allowed' },
      address,
    );
});

test('given addresses that are no local file, when they are asked for, then the error says what to use', async () => {
  for (const address of [
    'https://example.org/a.mp4',
    'data:video/mp4;base64,AA',
    'file://host/a.mp4',
    'a.mp4',
    '',
  ])
    await assert.rejects(findAllowedVideo(address, [folder]), { status: 400 }, address);
});
