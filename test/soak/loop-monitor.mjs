// Preloaded into a daemon: writes a line for each time that its main thread worked for long without a turn of the
// event loop. Processor time is measured, so that a busy machine causes no stalls.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Shortest time that is written down, ms. */
const MIN_MS = 50;
const TICK_MS = 10;

if (isMainThread && process.env.STALL_FILE !== undefined && process.threadCpuUsage !== undefined) {
  let before = process.threadCpuUsage();
  setInterval(() => {
    const now = process.threadCpuUsage();
    const ms = Math.round((now.user + now.system - before.user - before.system) / 1000);
    before = now;
    const line = JSON.stringify({ pid: process.pid, ms, upSeconds: Math.round(process.uptime()) });
    if (ms >= MIN_MS) appendFileSync(process.env.STALL_FILE, `${line}\n`);
  }, TICK_MS).unref();
}
