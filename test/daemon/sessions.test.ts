import assert from 'node:assert/strict';
import test from 'node:test';
import { aHit, aStatus } from '../support/fake-library.ts';
import { identity, sessionWorld } from '../support/session-world.ts';

const header = (body: string, length = Buffer.byteLength(body)) => `Content-Length: ${length}\r\n\r\n${body}`;

test('given a session, when requests come before initialize or after shutdown, then they are refused', async (t) => {
  const { fresh } = await sessionWorld(t);
  const { client } = await fresh();
  assert.equal((await client.request('goldfish/status')).error?.code, -32002);
  const { result } = await client.initialize(identity);
  const { capabilities, serverInfo } = result as {
    capabilities: { textDocumentSync: object; executeCommandProvider: { commands: string[] } };
    serverInfo: object;
  };
  assert.deepEqual(serverInfo, { name: 'goldfish', version: identity.build, goldfish: identity });
  assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2 });
  assert.ok(capabilities.executeCommandProvider.commands.includes('goldfish/ask'));
  assert.equal((await client.initialize()).error?.code, -32600);
  assert.deepEqual((await client.request('goldfish/status')).result, aStatus);
  assert.equal((await client.request('textDocument/rename', {})).error?.code, -32601);
  // As eglot sends it.
  client.send({ jsonrpc: '2.0', id: 'bye', method: 'shutdown', params: null });
  assert.deepEqual(await client.stray(), { jsonrpc: '2.0', id: 'bye', result: null });
  assert.equal((await client.request('goldfish/status')).error?.code, -32600);
  client.notify('exit');
  await client.closed;
});

test('given two clients, when the status or a setting changes, then both are notified', async (t) => {
  const { library, ready } = await sessionWorld(t);
  const [one, two] = [await ready(), await ready()];
  library.setStatus({ ...aStatus, videos: 7 });
  const set = await one.result('goldfish/settings/set', { key: 'ask.clips', value: 5 });
  for (const client of [one, two]) {
    const status = await client.notice(({ method }) => method === 'goldfish/didChangeStatus');
    assert.equal(status.params.videos, 7);
    const changed = await client.notice(({ method }) => method === 'goldfish/didChangeSettings');
    assert.deepEqual(changed.params, set);
  }
  assert.deepEqual(await two.result('goldfish/settings/get', { key: 'ask.clips' }), {
    settings: { 'ask.clips': 5 },
  });
});

test('given a model, when pulled, listed and removed, then progress is reported and an unknown id is refused', async (t) => {
  const { ready } = await sessionWorld(t);
  const client = await ready();
  const pulled = await client.result('goldfish/models/pull', { partialResultToken: 'p', workDoneToken: 'w' });
  assert.equal(pulled.revision, 'abc');
  await client.notice(({ method, params }) => {
    return method === '$/progress' && JSON.stringify(params).includes('"bytes":10,"totalBytes":10');
  });
  const listed = await client.result('goldfish/models/list', {});
  assert.match(JSON.stringify(listed), /"revision":"abc"/);
  const left = await client.result('goldfish/models/remove', { model: 'tests/tiny' });
  assert.doesNotMatch(JSON.stringify(left), /"revision"/);
  const { error } = await client.request('goldfish/models/pull', { model: 'tests/other' });
  assert.equal(error?.code, -32016);
  assert.ok(error.data?.remedy);
});

test('given a wrong parameter, when a request is made, then the error is -32602 and names it', async (t) => {
  const { ready } = await sessionWorld(t);
  const client = await ready();
  const wrong: readonly [string, object | undefined, RegExp][] = [
    ['goldfish/search', undefined, /^query: /],
    ['goldfish/search', { query: 1 }, /^query: /],
    ['goldfish/search', [1, 2], /^params: /],
    ['goldfish/search', { query: 'x', k: 0 }, /^k: /],
    ['goldfish/search', { query: '', like: { uri: 'file:///a' } }, /^like\.clipId: /],
    ['goldfish/search', { query: '', like: { clipId: 'c', uri: 'http://x/' } }, /^like\.uri: /],
    ['goldfish/search', { query: '', image: 'AAAA' }, /^image: /],
    ['goldfish/search', { query: '', image: { data: 'A'.repeat(13_000_000) } }, /^image\.data: /],
    ['goldfish/search', { query: 'x', scope: { kinds: ['speech', 'smell'] } }, /^scope\.kinds\[1\]: /],
    ['goldfish/ask', { question: 'x', scope: { recordedFrom: 'yesterday' } }, /^scope\.recordedFrom: /],
    ['goldfish/folders/add', { uri: 'http://example.org/' }, /^uri: /],
    ['goldfish/index', { uris: [] }, /^uris: /],
    ['goldfish/reindex', { stage: 'dance' }, /^stage: /],
    ['goldfish/settings/set', { key: 'ask.clips', value: {} }, /^value: /],
  ];
  for (const [method, params, message] of wrong) {
    const { error } = await client.request(method, params);
    assert.equal(error?.code, -32602, `${method} ${JSON.stringify(params)}`);
    assert.match(error.message, message);
    assert.equal(error.data?.kind, 'invalid');
  }
});

test('given an error of the library, when a request fails, then it has a code and a kind', async (t) => {
  const { ready } = await sessionWorld(t);
  const client = await ready();
  const kinds: readonly [string, number, string][] = [
    ['unknown', -32011, 'notFound'],
    ['bad media', -32013, 'badMedia'],
    ['full disk', -32014, 'index'],
    ['no model', -32016, 'unavailable'],
    ['boom', -32603, 'internal'],
  ];
  for (const [query, code, kind] of kinds) {
    const { error } = await client.request('goldfish/search', { query });
    assert.equal(error?.code, code);
    assert.equal(error.data?.kind, kind);
  }
  const { error } = await client.request('goldfish/settings/set', { key: 'clips.seconds', value: 1 });
  assert.equal(error?.code, -32012);
  assert.match(error.message, /^clips\.seconds: /);
  assert.equal((await client.request('goldfish/settings/get', { key: 'no.such' })).error?.code, -32011);
  assert.deepEqual((await client.request('goldfish/search', { query: 'fine' })).result, { hits: [aHit] });
});

test('given a request in progress, when cancelled, then it returns -32800 and its work is aborted', async (t) => {
  const { library, ready } = await sessionWorld(t);
  const [client, other] = [await ready(), await ready()];
  const { id, answer } = client.start('goldfish/search', { query: 'hang' });
  await library.hanging;
  assert.deepEqual((await other.request('goldfish/search', { query: 'x' })).result, { hits: [aHit] });
  client.notify('$/cancelRequest', { id });
  assert.equal((await answer).error?.code, -32800);
  await library.aborted;
  const { id: early, answer: cut } = client.start('goldfish/search', { query: 'hang' });
  client.notify('$/cancelRequest', { id: early });
  assert.equal((await cut).error?.code, -32800);
});

test('given a client that disconnects, then its requests are aborted and other clients are served', async (t) => {
  const { library, fresh, ready } = await sessionWorld(t);
  const other = await ready();
  const { client, socket } = await fresh();
  await client.initialize();
  client.start('goldfish/search', { query: 'hang' });
  await library.hanging;
  socket.destroy();
  await library.aborted;
  assert.deepEqual((await other.request('goldfish/search', { query: 'x' })).result, { hits: [aHit] });
});

test('given a client that stops reading, then it skips statuses and delays no other; when it reads again, then it is served', async (t) => {
  const { library, fresh, ready } = await sessionWorld(t);
  const other = await ready();
  const { client, socket } = await fresh();
  await client.initialize();
  socket.pause();
  const long = { ...aStatus, advice: ['x'.repeat(100_000)] };
  for (let round = 0; round < 500; round += 1) library.setStatus({ ...long, videos: round });
  library.setStatus({ ...aStatus, videos: 1000 });
  await other.notice(
    ({ params }) => params.videos === 1000 || (params as { videos?: number }).videos === 499,
  );
  const answer = client.request('goldfish/status');
  socket.resume();
  assert.equal(((await answer).result as { videos: number }).videos, 1000);
  const told = client.notices.filter(({ method }) => method === 'goldfish/didChangeStatus');
  assert.ok(told.length < 100, `${told.length} notices of 100 kB`);
});

test('given a client with 2,000 requests at once, then it gets every result', async (t) => {
  const { ready } = await sessionWorld(t);
  const client = await ready();
  const answers = await Promise.all(Array.from({ length: 2000 }, () => client.request('goldfish/status')));
  for (const { result } of answers) assert.deepEqual(result, aStatus);
});

test('given a partial result token, when asking or indexing, then results stream on it and progress begins and ends', async (t) => {
  const { ready } = await sessionWorld(t);
  const client = await ready();
  const params = { question: 'what is it '.repeat(300).trim(), partialResultToken: 'p', workDoneToken: 7 };
  const result = await client.result('goldfish/ask', params);
  const of = (token: unknown) =>
    client.notices
      .filter(({ method, params: { token: given } }) => method === '$/progress' && given === token)
      .map(({ params: { value } }) => value as Record<string, unknown>);
  assert.equal(
    of('p')
      .map(({ delta }) => delta)
      .join(''),
    result.answer,
  );
  assert.deepEqual(
    of(7).map(({ kind }) => kind),
    ['begin', 'end'],
  );
  await client.result('goldfish/index', {
    uris: ['file:///a', 'file:///b'],
    partialResultToken: 'i',
    workDoneToken: 8,
  });
  assert.deepEqual(
    of('i').map(({ done }) => done),
    [1, 2],
  );
  assert.deepEqual(
    of(8).map(({ percentage }) => percentage),
    [undefined, 50, 100, undefined],
  );
});

test('given invalid messages, when received, then each gets an error and the session goes on', async (t) => {
  const { ready } = await sessionWorld(t);
  const client = await ready();
  const bad: readonly [string, number][] = [
    [header('{"jsonrpc": "2.0", "id": 1, "method": '), -32700],
    [header('\u0000\u0001garbage'), -32700],
    [header(''), -32700],
    [header('[]'), -32600],
    [header('null'), -32600],
    [header('{}'), -32600],
    [header('{"jsonrpc":"1.0","id":9,"method":"x"}'), -32600],
    [header('{"jsonrpc":"2.0","id":9,"method":5}'), -32600],
    [header('{"jsonrpc":"2.0","id":{},"method":"x"}'), -32600],
    [header('{"jsonrpc":"2.0","id":9,"method":"goldfish/status","params":5}'), -32600],
    [header('{"jsonrpc":"2.0","method":"$/cancelRequest"}'), -32600],
    [header(`${'['.repeat(500_000)}`), -32700],
    [header('x'.repeat(17 * 1024 * 1024)), -32600],
  ];
  for (const [bytes, code] of bad) {
    client.raw(bytes);
    assert.equal((await client.stray()).error?.code, code, bytes.slice(0, 80));
  }
  client.notify('workspace/didChangeConfiguration', { settings: null });
  client.send({ jsonrpc: '2.0', id: 'never asked', result: null });
  assert.deepEqual((await client.request('goldfish/status')).result, aStatus);
});

test('given an id in use, when another request has it, then that is refused and the first goes on', async (t) => {
  const { library, ready } = await sessionWorld(t);
  const client = await ready();
  const { id, answer } = client.start('goldfish/search', { query: 'hang' });
  await library.hanging;
  client.send({ jsonrpc: '2.0', id, method: 'goldfish/status' });
  assert.equal((await answer).error?.code, -32600);
  client.notify('$/cancelRequest', { id });
  assert.equal((await client.stray()).error?.code, -32800);
});

test('given a message in single bytes or three in one chunk, when received, then each is answered', async (t) => {
  const { fresh } = await sessionWorld(t);
  const { client, socket } = await fresh();
  socket.setNoDelay(true);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 'ü', method: 'goldfish/status' });
  for (const byte of Buffer.from(header(body))) client.raw(Buffer.from([byte]));
  assert.equal((await client.stray()).id, 'ü');
  const many = ['a', 'b', 'c'].map((id) => header(JSON.stringify({ jsonrpc: '2.0', id, method: 'x' })));
  client.raw(many.join(''));
  for (const id of ['a', 'b', 'c']) assert.equal((await client.stray()).id, id);
});

test('given bytes without a valid header, when received, then only that session ends', async (t) => {
  const { fresh, ready } = await sessionWorld(t);
  const other = await ready();
  for (const bytes of [
    'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'x'.repeat(10_000),
    'Content-Length: 99999999999999\r\n\r\n{}',
    'Content-Length: -5\r\n\r\n{}',
  ]) {
    const { client } = await fresh();
    client.raw(bytes);
    assert.equal((await client.stray()).error?.code, -32600);
    await client.closed;
  }
  assert.deepEqual((await other.request('goldfish/status')).result, aStatus);
});

test('given clients of several versions, when they connect, then the same is served, an old one warned or refused, a newer one takes over', async (t) => {
  const { fresh, stops, draining } = await sessionWorld(t);
  const same = (await fresh()).client;
  assert.ok((await same.initialize(identity)).result);
  const older = (await fresh()).client;
  assert.ok((await older.initialize({ protocol: 1, build: '0.9.0+500.abc' })).result);
  const told = await older.notice(({ method }) => method === 'window/showMessage');
  assert.match(String(told.params.message), /0\.9\.0.*update/);
  const ancient = (await fresh()).client;
  const { error } = await ancient.initialize({ protocol: 0, build: '0.1.0+1.abc' });
  assert.equal(error?.code, -32015);
  assert.equal(error.data?.kind, 'version');
  assert.deepEqual(stops, []);
  const newer = (await fresh()).client;
  const yielded = (await newer.initialize({ protocol: 1, build: '1.0.0+101.abd' })).error;
  assert.deepEqual([yielded?.code, yielded?.data?.reason], [-32017, 'replaced']);
  assert.equal(stops.length, 1);
  assert.ok(draining.signal.aborted);
  assert.equal((await same.request('goldfish/status')).error?.code, -32017);
});

test('given a newer build that only wants to stop the daemon, when it connects, then everybody learns that it was stopped', async (t) => {
  const { fresh, ready } = await sessionWorld(t);
  const other = await ready();
  const { client } = await fresh();
  const { error } = await client.initialize({ protocol: 1, build: '1.0.0+101.abd', stops: true });
  assert.deepEqual([error?.code, error?.data?.reason], [-32017, 'stopped']);
  const { error: told } = await other.request('goldfish/status');
  assert.deepEqual([told?.data?.reason, told?.message], ['stopped', 'The daemon was stopped.']);
  assert.notEqual(told?.data?.remedy, '');
});

test('given a client without capabilities, or whose headers end in LF, when it initialises, then it is served', async (t) => {
  const { fresh } = await sessionWorld(t);
  for (const params of [{ processId: null }, { processId: null, capabilities: null }, {}, null, undefined])
    for (const lineEnd of ['\r\n', '\n']) {
      const { client } = await fresh();
      const body = JSON.stringify({ jsonrpc: '2.0', id: 'first', method: 'initialize', params });
      client.raw(`Content-Length: ${Buffer.byteLength(body)}${lineEnd}${lineEnd}${body}`);
      const { result, error } = await client.stray();
      assert.equal(error, undefined, `${JSON.stringify(params)}: ${error?.message}`);
      assert.ok((result as { capabilities: object }).capabilities);
    }
});

test('given a daemon that is draining, when a request does not end, then it is cut off', async (t) => {
  const { library, sessions, cutOff, draining, ready } = await sessionWorld(t);
  const client = await ready();
  const { answer } = client.start('goldfish/search', { query: 'hang' });
  await library.hanging;
  draining.abort();
  await sessions.settle(0, cutOff);
  assert.equal((await answer).error?.code, -32017);
  await sessions.end();
  await client.closed;
});

test('given a client that closes its writing end, then it still gets its results', async (t) => {
  const { fresh } = await sessionWorld(t);
  const { client, socket } = await fresh();
  const initialized = client.initialize();
  const asked = client.request('goldfish/status');
  socket.end();
  assert.ok((await initialized).result);
  assert.deepEqual((await asked).result, aStatus);
  await client.closed;
});
