import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const root = join(import.meta.dirname, '../..');

test('schema.json is what the types of the protocol say: "npm run schema" writes it', () => {
  const ask = 'import("./server/write-schema.mjs").then((m) => process.stdout.write(m.schemaText()))';
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', ask], { cwd: root, encoding: 'utf8' });
  assert.equal(stderr, '');
  const committed = readFileSync(join(root, 'server/protocol/schema.json'), 'utf8');
  assert.ok(committed === stdout, 'schema.json is out of date');
});

test('every method of the protocol has its parameters and its result in the schema', () => {
  const { definitions } = JSON.parse(readFileSync(join(root, 'server/protocol/schema.json'), 'utf8')) as {
    definitions: Record<
      'Requests' | 'ClientRequests',
      { properties: Record<string, { required: string[] }> }
    >;
  };
  const methods = [definitions.Requests, definitions.ClientRequests].flatMap(({ properties }) =>
    Object.entries(properties),
  );
  const source = readFileSync(join(root, 'server/protocol/methods.ts'), 'utf8');
  const declared = new Set(
    [...source.matchAll(/^ {2}'(goldfish\/[a-z/]+)': \{/gim)].map((match) => match[1]),
  );
  assert.deepEqual(new Set(methods.map(([name]) => name)), declared);
  for (const [name, { required }] of methods) assert.deepEqual(required, ['params', 'result'], name);
});
