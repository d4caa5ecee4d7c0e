import { parentPort } from 'node:worker_threads';
import { serveTrees } from '../adapters/node-disk/tree-worker.ts';

// A thread, not a process: see adapters/node-disk/trees.ts.
if (parentPort !== null) serveTrees(parentPort);
