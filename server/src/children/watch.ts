import { parentPort } from 'node:worker_threads';
import { serveWatches } from '../adapters/node-disk/tree-worker.ts';

// A thread, not a process: see adapters/node-disk/trees.ts.
if (parentPort !== null) serveWatches(parentPort);
