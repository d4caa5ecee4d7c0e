// Watches the folder given until the system refuses, and prints what a person would be told.
import { createNodeDisk } from '../../server/src/adapters/node-disk/disk.ts';

const stop = new AbortController();
const rule = { uri: process.argv[2] ?? '', include: [], exclude: [], poll: false };
await createNodeDisk().watch(
  rule,
  ({ problem }) => {
    if (problem === undefined) return;
    console.log(problem);
    stop.abort();
  },
  stop.signal,
);
