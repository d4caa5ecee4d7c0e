// Runs an evaluation on a stand-in for the daemon, to be killed: `node eval-run-process.ts FOLDER [SHARD]`. Prints a line before
// and after each question. FOLDER has `set/` (a prepared set) and gets `calls.log` with each question asked.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../server/src/daemon/connect.ts';
import { readPreparedSet } from '../../server/src/evaluation/preparing/prepared-set.ts';
import { parseShard } from '../../server/src/evaluation/running/prediction-store.ts';
import { runSet } from '../../server/src/evaluation/running/run-set.ts';
import { DEFAULT_RUN_SETTINGS } from '../../server/src/evaluation/running/run-settings.ts';

const [folder = '', shardText] = process.argv.slice(2);

const answers: Record<string, (params: { readonly question?: string }) => unknown> = {
  'goldfish/settings/set': () => ({ settings: {} }),
  'goldfish/settings/get': () => ({ settings: {} }),
  'goldfish/models/list': () => ({ models: [], roles: [], folder: '', hub: '', offline: true }),
  'goldfish/index': () => ({ videos: 1, clips: 1, failed: [], seconds: 0 }),
  'goldfish/search': () => ({ hits: [] }),
  'goldfish/usage': () => ({ processorMs: 0, acceleratorMs: 0 }),
  'goldfish/stop': () => null,
  'goldfish/ask': ({ question = '' }) => {
    appendFileSync(join(folder, 'calls.log'), `${question}\n`);
    return { answer: `${question} is true.`, citations: [], grounded: true, hits: [] };
  },
};

const client = {
  daemon: { protocol: 1, build: 'test' },
  async request(method: string, params: { readonly question?: string }) {
    if (method === 'goldfish/ask') process.stdout.write('asking\n');
    // The parent may kill between the question and its answer.
    await new Promise((resolve) => setImmediate(resolve));
    const result = answers[method]?.(params);
    if (method === 'goldfish/search') process.stdout.write('answered\n');
    return result;
  },
  on: () => () => {},
  onStatus: () => () => {},
  onLog: () => () => {},
  closed: new Promise<void>(() => {}),
  close: () => Promise.resolve(),
} as unknown as Client;

const set = readPreparedSet(join(folder, 'set'), 'test-set');
const shard = shardText === undefined ? undefined : parseShard(shardText);
const outcome = await runSet(
  {
    name: 'run',
    set,
    settings: DEFAULT_RUN_SETTINGS,
    items: set.usableItems,
    seed: 0,
    dataDir: join(folder, 'data'),
    ...(shard ? { shard } : {}),
  },
  {
    connect: () => Promise.resolve(client),
    writePictureSequence: () => Promise.reject(new Error('not used')),
    readPicture: () => Promise.reject(new Error('not used')),
    writeJpeg: () => Promise.reject(new Error('not used')),
    tinyModelFolder: () => '',
    createJudge: () => {
      throw new Error('not used');
    },
    createAnswerer: () => {
      throw new Error('not used');
    },
    build: 'test',
    onProgress: () => {},
    signal: new AbortController().signal,
  },
);
process.stdout.write(`${JSON.stringify(outcome)}\n`);
