import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';

/**
 * Who may import whom. Names of ours are layers, `node` is Node's own modules, anything else is a package.
 * `*` stands for any package.
 */
const rules: Record<string, readonly string[]> = {
  protocol: ['protocol', 'zod'],
  core: [
    'core',
    'protocol types',
    // Pure functions: hashes.
    'node:crypto',
    'chrono-node',
    'entities',
    'snowball-stemmers',
    'tinyld',
    'picomatch',
    'ignore',
  ],
  base: ['base', 'node', 'make-folders.mjs', 'env-paths', 'pino', 'rotating-file-stream', 'vscode-jsonrpc'],
  settings: ['settings', 'node', 'core', 'base', 'zod', 'write-file-atomic'],
  ports: ['ports', 'core'],
  indexing: ['indexing', 'core', 'ports', 'base'],
  search: ['search', 'core', 'ports', 'base'],
  answering: ['answering', 'search', 'core', 'ports', 'base'],
  examining: ['examining', 'core', 'ports'],
  linking: ['linking', 'core'],
  exporting: ['exporting', 'core'],
  library: [
    'library',
    'protocol',
    'indexing',
    'search',
    'answering',
    'linking',
    'exporting',
    'core',
    'ports',
    'base',
  ],
  evaluation: [
    'evaluation',
    'node',
    'protocol',
    'daemon/connect',
    'ports',
    'core',
    'base',
    'zod',
    'picomatch',
  ],
  adapters: ['node', 'core', 'ports', 'base', 'messages', '*'],
  children: ['children', 'node', 'adapters', 'ports', 'core', 'base'],
  rpc: [
    'rpc',
    'linking',
    'node',
    'protocol',
    'library',
    'daemon/connect',
    'core',
    'base',
    'vscode-jsonrpc',
    'vscode-languageserver-protocol',
    'ws',
    'zod',
  ],
  http: ['http', 'node', 'protocol', 'library', 'daemon/connect', 'core', 'base', 'ws'],
  mcp: [
    'mcp',
    'node',
    'protocol',
    'library',
    'daemon/connect',
    'core',
    'base',
    '@modelcontextprotocol/sdk',
    'zod',
  ],
  'openai-api': ['openai-api', 'node', 'protocol', 'daemon/connect', 'base', 'zod'],
  cli: [
    'cli',
    'node',
    'protocol',
    'library',
    'daemon/connect',
    'daemon/run-service',
    'daemon/run-gpu',
    'daemon/run-evaluation',
    'evaluation',
    'daemon/run-worker',
    'openai-api',
    'core',
    'base',
    'commander',
    'open',
  ],
  daemon: [
    'daemon',
    'protocol',
    'core',
    'base',
    'ports',
    'settings',
    'indexing',
    'search',
    'answering',
    'examining',
    'linking',
    'exporting',
    'library',
    'adapters',
    'children',
    'rpc',
    'http',
    'mcp',
    'cli',
    'evaluation',
    'openai-api',
    'node',
    '*',
  ],
  main: [
    'main',
    'daemon',
    'cli',
    'rpc',
    'http',
    'mcp',
    'settings',
    'library',
    'core',
    'base',
    'protocol',
    'node',
    '*',
  ],
};

/** Which folders of core a folder of core may import: each only those above it in this table, so there is no way back. */
const coreRules: Record<string, readonly string[]> = {
  text: [],
  errors: [],
  domain: ['text', 'errors'],
  language: ['domain'],
  library: ['text', 'domain', 'errors'],
  recording: ['domain', 'library'],
  media: ['domain', 'language', 'library'],
  recognition: [],
  speakers: ['domain', 'media'],
  subtitles: ['text', 'domain', 'language', 'library'],
  pipeline: ['text', 'errors', 'domain'],
  query: ['domain', 'language'],
  ranking: ['text', 'domain', 'language', 'query'],
  corrections: ['text', 'domain', 'language', 'ranking', 'speakers'],
  generation: ['text', 'domain', 'language', 'subtitles', 'pipeline', 'query', 'ranking'],
  models: ['text', 'domain', 'generation'],
  training: ['text', 'domain', 'generation'],
  exams: ['domain', 'language', 'speakers', 'generation', 'models'],
};

/**
 * What core may import of the protocol: its types, and the lists of names that need no zod. So each type and each list
 * is written once, in the contract, and core needs nothing at run time.
 */
function isProtocolType(file: string, specifier: string, statement: string): boolean {
  const zodFree = join(dirname(file), specifier) === join(server, 'protocol/names.ts');
  return zodFree || /^(?:import|export) type\b/.test(statement);
}

/** What edges may import of the daemon. */
const doors = new Set([
  'src/daemon/connect',
  'src/daemon/run-service',
  'src/daemon/run-gpu',
  'src/daemon/run-evaluation',
  'src/daemon/run-worker',
]);

const server = join(import.meta.dirname, '../../server');

function layerOf(file: string): string {
  const path = relative(server, file).split('/');
  if (path[0] === 'protocol') return 'protocol';
  return (path[1] ?? '').replace(/\.ts$/, '');
}

/** What a host and its child say to each other lies with the child; its host is an adapter. */
const messages = /^src\/children\/[\w-]+-messages$/;

function target(file: string, specifier: string): string {
  if (specifier === 'node:crypto' && layerOf(file) === 'core') return specifier;
  if (specifier.startsWith('node:')) return 'node';
  if (!specifier.startsWith('.'))
    return specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
  const resolved = join(dirname(file), specifier);
  const path = relative(server, resolved).replace(/\.ts$/, '');
  if (messages.test(path) && layerOf(file) !== 'children') return 'messages';
  return doors.has(path) ? path.replace('src/', '') : layerOf(resolved);
}

/** An adapter may be a folder of files; those import each other, and no other adapter. */
function sameTechnology(file: string, specifier: string): boolean {
  const folder = dirname(file);
  return folder !== join(server, 'src/adapters') && dirname(join(folder, specifier)) === folder;
}

const files = globSync('{protocol,src}/**/*.ts', { cwd: server }).map((name) => join(server, name));

test('given the sources, when imports are listed, then each is allowed by the table of layers', () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const file of files) {
    const layer = layerOf(file);
    const allowed = rules[layer];
    assert.ok(allowed, `${relative(server, file)} lies in no known layer`);
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(/(?<![\w/])(?:from|import)\s*\(?\s*'([^'\n]+)'/g)) {
      const imported = target(file, match[1] ?? '');
      const statement = text.slice(text.lastIndexOf('\n', text.lastIndexOf('port', match.index)) + 1);
      const isTypes = imported === 'protocol' && isProtocolType(file, match[1] ?? '', statement);
      const to = layer === 'core' && isTypes ? 'protocol types' : imported;
      seen += 1;
      const own = to in rules || to === 'node' || to.startsWith('daemon/');
      const inside = to === layer && (layer !== 'adapters' || sameTechnology(file, match[1] ?? ''));
      const ok =
        inside ||
        (to !== layer && allowed.includes(to)) ||
        (to === layer && layer !== 'adapters' && allowed.includes(to)) ||
        (to.startsWith('daemon/') && (layer === 'daemon' || layer === 'main')) ||
        (!own && allowed.includes('*'));
      if (!ok) wrong.push(`${relative(server, file)} imports ${match[1]}`);
    }
  }
  assert.ok(seen > 20, 'the pattern found imports');
  assert.deepEqual(wrong, []);
});

test('given the folders of core, when their imports are listed, then each imports only folders above it', () => {
  const core = join(server, 'src/core');
  const order = Object.keys(coreRules);
  for (const [folder, allowed] of Object.entries(coreRules))
    for (const name of allowed)
      assert.ok(order.indexOf(name) < order.indexOf(folder), `${folder} and ${name}`);
  const wrong: string[] = [];
  for (const name of globSync('**/*.ts', { cwd: core })) {
    const [folder = ''] = name.split('/');
    const allowed = coreRules[folder];
    assert.ok(allowed, `core/${name} lies in no known folder`);
    for (const match of readFileSync(join(core, name), 'utf8').matchAll(/from '(\.[^'\n]+)'/g)) {
      const [target = ''] = relative(core, join(dirname(join(core, name)), match[1] ?? '')).split('/');
      // The protocol: the test above checks that these are types.
      if (target === '..') continue;
      if (target !== folder && !allowed.includes(target)) wrong.push(`core/${name} imports core/${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});
