import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from './daemon.ts';
import type { IndependentClient } from './independent-client.ts';

/** Real weights and voices, which are never part of the project. Tests that use them are not run without it. */
export const REAL_MODELS = join(import.meta.dirname, '../../../shared/models');

export interface RealLibrary {
  readonly client: IndependentClient;
  set(key: string, value: unknown): Promise<void>;
  /** Adds a folder to the library. */
  add(folder: string): Promise<void>;
  /** Ends the daemon. */
  close(): void;
}

/** Starts the released daemon with an empty index and these settings. */
export async function startRealLibrary(settings: Readonly<Record<string, unknown>>): Promise<RealLibrary> {
  const daemon = await startDaemon(sandbox());
  const client = await daemon.client();
  const set = async (key: string, value: unknown) => {
    await client.result('goldfish/settings/set', { key, value });
  };
  for (const [key, value] of Object.entries({ 'work.cpuShare': 100, ...settings })) await set(key, value);
  return {
    client,
    set,
    async add(folder) {
      await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
    },
    close: () => {
      daemon.child.kill();
    },
  };
}

const toWords = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .trim()
    .split(' ');

/** Returns the word error rate of a transcript: edits per word of what was said. */
export function wordErrorRate(spoken: string, written: string): number {
  const [said, heard] = [toWords(spoken), toWords(written)];
  let row = heard.map((_, j) => j + 1);
  row.unshift(0);
  for (const [i, word] of said.entries()) {
    const next = [i + 1];
    for (const [j, other] of heard.entries())
      next.push(
        Math.min((row[j] ?? 0) + (word === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    row = next;
  }
  return (row.at(-1) ?? 0) / said.length;
}

/** Returns the share of the words of `expected` that occur in `found`, each as often as it was found. */
export function wordRecall(expected: readonly string[], found: readonly string[]): number {
  const left = found.flatMap((line) => line.split(/\s+/));
  const words = expected.flatMap((line) => line.split(/\s+/)).filter(Boolean);
  const hits = words.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return hits.length / words.length;
}
