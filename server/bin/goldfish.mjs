#!/usr/bin/env node
// The `goldfish` command: picks a recent enough Node, builds from source if necessary, and runs
// dist/goldfish.mjs. Plain JavaScript that an old Node can read. It writes nothing to stdout.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isStale } from './build-stamp.mjs';
import { dropOtherRuntimes } from './drop-runtimes.mjs';
import { findSupportedNode } from './find-node.mjs';

const entryFile = fileURLToPath(import.meta.url);
const root = dirname(dirname(dirname(entryFile)));
const bundle = join(root, 'dist/goldfish.mjs');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end and forwards our signals to it. Resolves to the exit code that a shell would
 * return.
 */
function run(program, args, stdio) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio });
    const forwardSignal = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, forwardSignal);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, forwardSignal);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

async function main() {
  const node = findSupportedNode();
  if (node !== process.execPath) return run(node, [entryFile, ...process.argv.slice(2)], 'inherit');
  dropOtherRuntimes(entryFile);
  if (isStale(root)) {
    const builder = join(root, 'esbuild.mjs');
    const code = await run(node, [builder, '--if-stale'], ['ignore', 2, 2]);
    if (code !== 0) {
      console.error(
        'Goldfish could not be built; see the messages above. After an update, run "npm ci" first.',
      );
      return code;
    }
  }
  if (!existsSync(bundle)) {
    throw new Error(`${bundle} is missing. Run "npm ci && npm run build", or install Goldfish again.`);
  }
  await import(pathToFileURL(bundle).href);
  return undefined;
}

try {
  const code = await main();
  if (code !== undefined) process.exitCode = code;
} catch (error) {
  console.error(`goldfish: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 70;
}
