import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { schemaText } from '../../server/pack/write-schema.ts';
import { clientRequests, requests } from '../../server/protocol/methods.ts';

const root = join(import.meta.dirname, '../..');

test('given the schemas of the protocol, when schema.json is generated, then it is the committed one ("npm run schema" writes it)', async () => {
  const committed = readFileSync(join(root, 'server/protocol/schema.json'), 'utf8');
  assert.ok(committed === (await schemaText()), 'schema.json is out of date');
});

test('given the methods of the protocol, then the schema has the parameters and the result of each', () => {
  const { definitions } = JSON.parse(readFileSync(join(root, 'server/protocol/schema.json'), 'utf8')) as {
    definitions: Record<
      'Requests' | 'ClientRequests',
      { properties: Record<string, { required: string[] }> }
    >;
  };
  const methods = [definitions.Requests, definitions.ClientRequests].flatMap(({ properties }) =>
    Object.entries(properties),
  );
  const declared = new Set([...Object.keys(requests), ...Object.keys(clientRequests)]);
  assert.deepEqual(new Set(methods.map(([name]) => name)), declared);
  for (const [name, { required }] of methods) assert.deepEqual(required, ['params', 'result'], name);
});
