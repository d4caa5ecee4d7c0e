import { parentPort } from 'node:worker_threads';
import { serveWatches } from '../adapters/node-disk/watch-worker.ts';

// A thread, not a process: see adapters/node-disk/watch-pool.ts.
if (parentPort !== null) serveWatches(parentPort);
