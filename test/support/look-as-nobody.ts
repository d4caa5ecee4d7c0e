// Run as an unprivileged user: scans a folder, samples `shut.mp4` in it, asks after another, and prints what it saw.
import { createNodeDisk } from '../../server/src/adapters/node-disk/disk.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';

const [uri = '', none = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const disk = createNodeDisk({ quietMs: 10 });
const rule = { uri, include: [], exclude: [], poll: false };
const scan = await disk.scan(rule, signal);
const shut = await disk.waitUntilStable(`${uri}/shut.mp4`, signal).then(
  () => 'read',
  (error: unknown) => (error instanceof MediaFailureError ? error.failure.kind : String(error)),
);
const result = {
  files: scan.files.map((file) => file.uri.slice(uri.length + 1)).sort(),
  unread: scan.unread.map((folder) => folder.uri),
  shut,
  none: (await disk.scan({ ...rule, uri: none }, signal)).state.state,
};
console.log(JSON.stringify(result));
