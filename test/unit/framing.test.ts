import assert from 'node:assert/strict';
import test from 'node:test';
import { createFramer, encodeMessage } from '../../server/src/rpc/framing.ts';

/** What a framer makes of chunks: messages and error codes in order, a fatal error marked. */
function read(chunks: readonly (string | Buffer)[], limit?: number): unknown[] {
  const seen: unknown[] = [];
  const framer = createFramer(
    {
      onMessage: (message) => seen.push(message.method ?? message.id),
      onError: ({ code, fatal }) => seen.push(fatal ? `fatal ${code}` : code),
    },
    limit,
  );
  for (const chunk of chunks) framer(Buffer.from(chunk));
  return seen;
}

const call = (method: string) => ({ jsonrpc: '2.0', method });
const text = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

test('given encoded messages, when read in any chunks, then they are the same', () => {
  const bytes = Buffer.concat([
    encodeMessage(call('a')),
    encodeMessage(call('ünïcode ✓')),
    encodeMessage(call('b')),
  ]);
  assert.deepEqual(read([bytes]), ['a', 'ünïcode ✓', 'b']);
  assert.deepEqual(read([...bytes].map((byte) => Buffer.from([byte]))), ['a', 'ünïcode ✓', 'b']);
});

test('given headers in any order and case, when read, then the message is found', () => {
  const body = JSON.stringify(call('a'));
  const headers = `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:${body.length} `;
  assert.deepEqual(read([`${headers}\r\n\r\n${body}`]), ['a']);
});

test('given a bad message, when read, then it is an error and the next one is read', () => {
  assert.deepEqual(read([text('{'), encodeMessage(call('a'))]), [-32700, 'a']);
  assert.deepEqual(read([text('[]'), text('5'), encodeMessage(call('a'))]), [-32600, -32600, 'a']);
  assert.deepEqual(read([text(''), encodeMessage(call('a'))]), [-32700, 'a']);
});

test('given an oversized message, when read, then it is skipped and the next one is read', () => {
  const big = text('x'.repeat(100));
  assert.deepEqual(read([big.slice(0, 40), big.slice(40), encodeMessage(call('a'))], 64), [-32600, 'a']);
  assert.deepEqual(read([text('x'.repeat(64))], 64), [-32700]);
});

test('given bytes without a header, when read, then the stream ends', () => {
  assert.deepEqual(read(['GET / HTTP/1.1\r\n\r\n', encodeMessage(call('a'))]), ['fatal -32600']);
  assert.deepEqual(read(['x'.repeat(9000), encodeMessage(call('a'))]), ['fatal -32600']);
  assert.deepEqual(read(['Content-Length: 9007199254740993\r\n\r\n']), ['fatal -32600']);
  assert.deepEqual(read([`Content-Length: ${'9'.repeat(40)}\r\n\r\n`]), ['fatal -32600']);
});

test('given a bad request with an id, when read, then the error has it', () => {
  const ids: unknown[] = [];
  const framer = createFramer({ onMessage: () => assert.fail(), onError: ({ id }) => ids.push(id) });
  for (const id of [7, 'x', null, {}]) framer(encodeMessage({ jsonrpc: '2.0', id, method: 5 }));
  assert.deepEqual(ids, [7, 'x', null, null]);
});

test('given headers whose lines end in LF, or blank lines before them, when read in any chunks, then the messages are found', () => {
  const body = JSON.stringify(call('a'));
  const length = `Content-Length: ${body.length}`;
  const type = 'Content-Type: application/vscode-jsonrpc; charset=utf-8';
  for (const bytes of [
    `${length}\n\n${body}`,
    `${type}\n${length}\n\n${body}`,
    `${type}\r\n${length}\n\n${body}`,
    `${type}\n${length}\r\n\r\n${body}`,
    `${length}\n\r\n${body}`,
    `${length}\r\n\n${body}`,
    `\n${length}\n\n${body}`,
    `\r\n\r\n${length}\r\n\r\n${body}`,
  ]) {
    assert.deepEqual(read([`${bytes}${bytes}\n`, encodeMessage(call('b'))]), ['a', 'a', 'b'], bytes);
    assert.deepEqual(read([...`${bytes}${bytes}`]), ['a', 'a'], bytes);
  }
  const padded = `{"jsonrpc":"2.0",\n\n"method":"a"}\n\n`;
  assert.deepEqual(read([`Content-Length: ${padded.length}\n\n${padded}`, encodeMessage(call('b'))]), [
    'a',
    'b',
  ]);
});
