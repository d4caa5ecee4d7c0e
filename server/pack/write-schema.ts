// `npm run schema`: writes server/protocol/schema.json, a JSON Schema of all protocol messages. Each schema
// exported from server/protocol becomes a definition under its name. `Requests`, `ClientRequests` and
// `Notifications` list the methods.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { clientRequests, notifications, requests } from '../protocol/methods.ts';

const folder = join(import.meta.dirname, '../protocol');
const target = join(folder, 'schema.json');

type Json = Readonly<Record<string, unknown>>;
type Contract = Readonly<
  Record<string, { readonly summary: string; readonly params: z.ZodType; readonly result: z.ZodType }>
>;

/** `searchParams` -> `SearchParams` */
const definitionName = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const reference = (name: string) => `#/definitions/${name}`;

async function exportedSchemas(): Promise<ReadonlyMap<string, z.ZodType>> {
  const schemas = new Map<string, z.ZodType>();
  for (const file of globSync('*.ts', { cwd: folder }).sort()) {
    const exported: Json = await import(join(folder, file));
    for (const [name, value] of Object.entries(exported))
      if (value instanceof z.ZodType) schemas.set(definitionName(name), value);
  }
  return schemas;
}

/** Returns an object schema with one property for each method, with its summary, parameters and result. */
function methodTable(contract: Contract, refer: (schema: z.ZodType) => unknown): Json {
  const rows = Object.entries(contract).map(([method, { summary, params, result }]) => [
    method,
    {
      description: summary,
      type: 'object',
      properties: { params: refer(params), result: refer(result) },
      required: ['params', 'result'],
    },
  ]);
  return { type: 'object', properties: Object.fromEntries(rows), required: Object.keys(contract) };
}

/** Returns the text of schema.json. */
export async function schemaText(): Promise<string> {
  const registry = z.registry<{ readonly id: string }>();
  const schemas = await exportedSchemas();
  for (const [id, schema] of schemas) registry.add(schema, { id });
  const { schemas: generated } = z.toJSONSchema(registry, { target: 'draft-7', io: 'input', uri: reference });
  const definitions = Object.fromEntries(
    Object.entries(generated).map(([id, { $schema: _, $id: __, ...definition }]) => [id, definition]),
  );
  const names = new Map([...schemas].map(([name, schema]) => [schema, name]));
  const refer = (schema: z.ZodType): unknown => {
    const name = names.get(schema);
    return name === undefined ? { type: 'null' } : { $ref: reference(name) };
  };
  const notificationRows = Object.entries(notifications).map(([method, schema]) => [method, refer(schema)]);
  const schema = {
    title: 'Goldfish protocol',
    $schema: 'http://json-schema.org/draft-07/schema#',
    definitions: {
      Requests: methodTable(requests, refer),
      ClientRequests: methodTable(clientRequests, refer),
      Notifications: {
        type: 'object',
        properties: Object.fromEntries(notificationRows),
        required: Object.keys(notifications),
      },
      ...definitions,
    },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (import.meta.main) {
  const text = await schemaText();
  const isCurrent = existsSync(target) && readFileSync(target, 'utf8') === text;
  if (!isCurrent) writeFileSync(target, text);
  console.error(isCurrent ? 'schema.json is up to date' : 'schema.json has been updated');
}
