import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { connectTo } from '../support/independent-client.ts';
import { render, uriOf } from '../support/watched.ts';
import { startAttackedDaemon } from './attacked-daemon.ts';
import { type CorpusInput, readCorpus } from './corpus.ts';
import { mutateBytes } from './mutate.ts';
import type { Random } from './random.ts';
import { soakBudget } from './soak-budget.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

interface FuzzRequest {
  readonly method: string;
  readonly params: Json;
}

const INTERNAL_ERROR = -32603;

/** Values that programs send by mistake or on purpose. None is the path or the address of anything. */
const HOSTILE: readonly Json[] = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 53,
  -(2 ** 31),
  1e308,
  '',
  ' ',
  '\0',
  'file:///',
  'file://nowhere/nothing/x.mp4',
  'file:///nothing/%zz%00%ff.mp4',
  'file:///nothing/../../nothing',
  'not a uri',
  '__proto__',
  'constructor',
  '\ud800',
  '\u202e\u0301',
  '(('.repeat(5_000),
  '"'.repeat(999),
  '-'.repeat(5_000),
  'a '.repeat(20_000),
  'x'.repeat(100_000),
  '%s%n{{}}\\N<b>',
  [],
  [[]],
  {},
  { __proto__: null, toString: 1 },
  Array.from({ length: 2_000 }, () => 'file:///nothing'),
];

/** Members that no request has. */
const NAMES = [
  '',
  'extra',
  '__proto__',
  'constructor',
  'toString',
  'uri',
  'uris',
  'query',
  'k',
  'partialResultToken',
];

/** One right request of each method that neither ends the daemon nor leaves this machine nor writes files. */
function requestsFor(uri: string): readonly FuzzRequest[] {
  const scope = { uris: [uri], after: '2020-01-01', before: '2030-01-01' };
  return [
    { method: 'goldfish/status', params: {} },
    { method: 'goldfish/usage', params: {} },
    { method: 'goldfish/workers', params: {} },
    { method: 'goldfish/folders/list', params: {} },
    { method: 'goldfish/folders/remove', params: { uri: `${uri}.none` } },
    { method: 'goldfish/folders/browse', params: { uri: 'file:///nothing', offset: 0, limit: 3 } },
    {
      method: 'goldfish/search',
      params: { query: 'green "the garden" -blue said:x after:2020', k: 3, scope },
    },
    { method: 'goldfish/search', params: { query: '', like: { clipId: 'v1-0-1', uri } } },
    { method: 'goldfish/search', params: { query: '', image: { data: 'aGVsbG8=' } } },
    { method: 'goldfish/ask', params: { question: 'What is green at 1:00?', k: 3, scope, history: [] } },
    { method: 'goldfish/clip', params: { clipId: 'v1-0-1', uri } },
    { method: 'goldfish/video', params: { uri } },
    { method: 'goldfish/videos', params: { uri, offset: 0, limit: 3 } },
    { method: 'goldfish/heat', params: { query: 'green', uri, buckets: 10 } },
    { method: 'goldfish/frames', params: { uri, timesMs: [0, 500] } },
    { method: 'goldfish/playback', params: { uri, accepts: ['video/mp4'] } },
    { method: 'goldfish/subtitles', params: { uri } },
    { method: 'goldfish/chapters', params: { uri, format: 'markdown' } },
    { method: 'goldfish/digest', params: { scope, quotes: true } },
    { method: 'goldfish/reel', params: { query: 'green', lengthMs: 5000, scope } },
    { method: 'goldfish/alerts/list', params: {} },
    { method: 'goldfish/alerts/remove', params: { id: 'none' } },
    { method: 'goldfish/corrections/list', params: { uri } },
    { method: 'goldfish/corrections/tag', params: { uri, startMs: 0, endMs: 500, text: 'a tag' } },
    { method: 'goldfish/corrections/speaker', params: { uri, from: 'A', to: 'B' } },
    { method: 'goldfish/corrections/remove', params: { uri, id: 'none' } },
    { method: 'goldfish/reindex', params: { uri, stage: 'cues' } },
    { method: 'goldfish/settings/get', params: {} },
    { method: 'goldfish/settings/set', params: { key: 'log.level', value: 'info' } },
    { method: 'goldfish/models/list', params: {} },
    { method: 'textDocument/documentLink', params: { textDocument: { uri: 'untitled:x' } } },
    {
      method: 'textDocument/hover',
      params: { textDocument: { uri: 'untitled:x' }, position: { line: 0, character: 0 } },
    },
    { method: 'workspace/executeCommand', params: { command: 'goldfish.none', arguments: [uri] } },
    { method: 'workspace/symbol', params: { query: 'green' } },
    { method: '$/unknown', params: {} },
  ];
}

/** Replaces, drops or adds a member somewhere in a value. */
function mutateJson(value: Json, random: Random): Json {
  if (Array.isArray(value) && value.length > 0 && random.below(3) > 0) {
    const at = random.below(value.length);
    return value.map((item: Json, index) => (index === at ? mutateJson(item, random) : item));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length > 0 && random.below(5) > 0) {
      const at = random.below(entries.length);
      if (random.below(6) === 0) return Object.fromEntries(entries.filter((_, index) => index !== at));
      return Object.fromEntries(
        entries.map(([name, item], index) => [name, index === at ? mutateJson(item, random) : item]),
      );
    }
    return Object.fromEntries([...entries, [random.pick(NAMES), random.pick(HOSTILE)]]);
  }
  if (typeof value === 'string' && random.below(2) === 0) {
    const at = random.below(value.length + 1);
    return `${value.slice(0, at)}${random.pick(['\0', '"', '(', ' -', '%', '☃', '\n', ':'])}${value.slice(at)}`;
  }
  return random.pick(HOSTILE);
}

const toInput = (request: FuzzRequest): CorpusInput => ({
  name: 'request.json',
  bytes: Buffer.from(JSON.stringify(request)),
});

test('given requests with wrong parameters and bytes that are no requests, then the daemon answers the next client', async (t) => {
  const { random, hasTime } = soakBudget(t);
  const { box, client, attack, count } = await startAttackedDaemon(t);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'garden.mp4');
  await render(path, 40, 'The garden is green.', 2);
  await client.result('goldfish/index', { uris: [uriOf(path)] });
  const send = async ({ method, params }: FuzzRequest) => {
    const { error } = await client.request(method, params as object);
    assert.notEqual(error?.code, INTERNAL_ERROR, error?.message);
  };
  const sendBytes = async (bytes: Buffer) => {
    const { client: stranger, socket } = await connectTo(box.dataDir);
    stranger.raw(bytes);
    socket.end();
    await once(socket, 'close');
    await client.result('goldfish/status');
  };
  const seeds = requestsFor(uriOf(path));
  for (const request of seeds) await attack([toInput(request)], () => send(request));
  for (const input of readCorpus('requests')) {
    const request = JSON.parse(input.bytes.toString()) as FuzzRequest;
    await attack([input], () => send(request));
  }
  while (hasTime()) {
    const seed = random.pick(seeds);
    const request = { ...seed, params: mutateJson(seed.params, random) };
    const body = toInput({ ...request, jsonrpc: '2.0', id: 1 } as FuzzRequest).bytes;
    const framed = Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
    const broken = mutateBytes(framed, [framed], random);
    if (random.below(5) === 0) await attack([{ name: 'bytes.txt', bytes: broken }], () => sendBytes(broken));
    else await attack([toInput(request)], () => send(request));
  }
  assert.deepEqual(client.faults, []);
  t.diagnostic(`${count()} requests`);
});
