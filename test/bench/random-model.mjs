// Models of the manifest at full size with random weights, written once a run by models/random. Needs python3-onnx.
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const MODELS = join(import.meta.dirname, '../../models');

/** How the models of a bench are loaded, as the daemon does it by itself. */
export const THREADS = Math.max(1, Math.floor(availableParallelism() / 2));
export const hostOf = (folder, idleMs = 600_000) => ({ folder, devices: ['cpu'], threads: THREADS, idleMs });

/** A Python that can write ONNX graphs; undefined where there is none. */
export function python() {
  return ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', 'import onnx'], { stdio: 'ignore' }).status === 0,
  );
}

/** The manifest's models with their roles. */
export function manifestModels() {
  return JSON.parse(readFileSync(join(MODELS, 'manifest.json'), 'utf8')).models;
}

/** Folders of random models by the hub's id, all in one folder of their own. */
export function randomModels(program) {
  const shelf = mkdtempSync(join(tmpdir(), 'goldfish-models-'));
  const made = new Map();
  return {
    folder(id) {
      if (!made.has(id)) {
        const folder = join(shelf, basename(id));
        execFileSync(program, [join(MODELS, 'random/generate.py'), id, folder], { stdio: 'ignore' });
        made.set(id, folder);
      }
      return made.get(id);
    },
    remove: () => rmSync(shelf, { recursive: true, force: true }),
  };
}

/** Size of all files of a folder, bytes. */
export function bytesOf(folder) {
  return globSync('**', { cwd: folder })
    .map((name) => statSync(join(folder, name)))
    .filter((file) => file.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}
