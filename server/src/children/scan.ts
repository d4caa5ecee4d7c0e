import { parentPort, workerData } from 'node:worker_threads';
import { work } from '../adapters/node-disk/scan.ts';

// A thread, not a process: it holds nothing that could crash it, and shares a counter with its starter.
work(workerData, (message) => parentPort?.postMessage(message));
