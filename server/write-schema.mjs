// Writes server/protocol/schema.json, a JSON Schema of all types of the protocol: `npm run schema`. Every exported
// type is a definition; `Requests` and `Notifications` hold the methods.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'server/protocol/schema.json');

/** The schema's text as it should stand in the repository. */
export function schemaText() {
  const schema = createGenerator({
    path: join(root, 'server/protocol/*.ts'),
    tsconfig: join(root, 'tsconfig.json'),
    type: '*',
    expose: 'export',
    jsDoc: 'extended',
    additionalProperties: true,
    sortProps: true,
    skipTypeCheck: true,
  }).createSchema('*');
  return `${JSON.stringify({ title: 'Goldfish protocol', ...schema }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = schemaText();
  const before = (() => {
    try {
      return readFileSync(target, 'utf8');
    } catch {
      return '';
    }
  })();
  if (before !== text) writeFileSync(target, text);
  console.error(before === text ? 'schema.json is up to date' : 'schema.json is written');
}
