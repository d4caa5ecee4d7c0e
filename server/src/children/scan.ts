import { parentPort } from 'node:worker_threads';
import { work } from '../adapters/node-disk/scan.ts';

// A thread, not a process: it holds nothing that could crash it, and shares a counter with its starter.
const port = parentPort;
port?.on('message', (given) => work(given, (message) => port.postMessage(message)));
