// `node server/bin/run-node.mjs FILE [ARGUMENT...]` runs a file with a Node that is new enough. The npm scripts use it.
// Plain JavaScript that an old Node can read.
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { findSupportedNode } from './find-node.mjs';

try {
  const node = findSupportedNode();
  const { status, signal, error } = spawnSync(node, process.argv.slice(2), {
    stdio: 'inherit',
    // Programs that the file starts as `node` get the same Node.
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
  });
  if (error) throw error;
  process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 70;
}
