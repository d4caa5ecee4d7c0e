import { parentPort } from 'node:worker_threads';
import { runScanTask } from '../adapters/node-disk/scan-folder.ts';

// A thread, not a process: it holds nothing that could crash it, and shares a counter with its starter.
const port = parentPort;
port?.on('message', (scanRequest) => runScanTask(scanRequest, (message) => port.postMessage(message)));
