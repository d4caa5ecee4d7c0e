import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { extractTexts } from '../../client/src/localised-texts.ts';
import { generatedFiles } from '../../client/src/pack.ts';
import { QUERY_OPERATORS } from '../../server/protocol/names.ts';
import { agentTools } from '../../server/protocol/tools.ts';
import { settingKeys } from '../../server/src/settings/schema.ts';

const root = join(import.meta.dirname, '../..');
const source = (name: string) => readFileSync(join(root, 'client/src', name), 'utf8');
const files = generatedFiles(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
const read = (name: string) => JSON.parse(files[name] ?? '');
const manifest = read('package.json');
const { contributes } = manifest;

test('given the manifest, when its keys are compared with its texts, then each key has a text and each text a key', () => {
  const used = [...(files['package.json'] ?? '').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
  assert.ok(used.length > 50);
  assert.deepEqual(new Set(used), new Set(Object.keys(read('package.nls.json'))));
});

test('given the manifest, when its texts are read, then no visible text is untranslated', () => {
  const plain: string[] = [];
  const look = (value: unknown, key: string) => {
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) look(inner, name);
    const forPeople = /^(title|description|markdownDescription|displayName|userDescription)$/.test(key);
    if (forPeople && typeof value === 'string' && !/^%.*%$/.test(value)) plain.push(value);
  };
  const { languageModelTools, ...others } = contributes;
  look(others, '');
  for (const { inputSchema: _, ...tool } of languageModelTools) look(tool, '');
  // The product's own name.
  assert.deepEqual(new Set(plain), new Set(['Goldfish']));
});

test('given the code, when its texts are extracted, then all are in the bundle and non-literal texts are refused', () => {
  const bundle = read('l10n/bundle.l10n.json');
  assert.equal(bundle['Search your videos'], 'Search your videos');
  const calls = readdirSync(join(root, 'client/src'))
    .map((name) => source(name).match(/\bl10n\.t\(/g)?.length ?? 0)
    .reduce((sum, count) => sum + count, 0);
  assert.ok(calls >= Object.keys(bundle).length && Object.keys(bundle).length > 30);
  assert.deepEqual(extractTexts(["l10n.t('It\\'s {0}', name)"]), { "It's {0}": "It's {0}" });
  const made = ['l10n.t(`', '$', '{name}`)'].join('');
  assert.throws(() => extractTexts([made]), /not a plain string/);
});

test('given the commands, when declared and registered ones are compared, then they are the same', () => {
  const told = contributes.commands.map(({ command }: { command: string }) => command);
  const registered = [...source('commands.ts').matchAll(/^ {4}(?:async )?'(goldfish\.\w+)'/gm)].map(
    ([, id]) => id,
  );
  assert.deepEqual(told.sort(), registered.sort());
  const named = JSON.stringify([contributes.menus, contributes.keybindings, contributes.walkthroughs]);
  for (const [, id = ''] of named.matchAll(/"(?:command|onCommand)[":]+(goldfish\.\w+)/g))
    assert.ok(told.includes(id), id);
  for (const [, id = ''] of (files['package.nls.json'] ?? '').matchAll(/command:(goldfish\.\w+)\)/g))
    assert.ok(told.includes(id), id);
});

test('given the settings, when their scopes are read, then no workspace can set them and all daemon settings exist', () => {
  const { properties } = contributes.configuration;
  for (const key of settingKeys) assert.ok(`goldfish.${key}` in properties, key);
  for (const [key, { scope }] of Object.entries<{ scope: string }>(properties))
    assert.equal(scope, 'machine', key);
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, true);
});

test('given the walkthrough, when its files are read, then all are generated', () => {
  for (const { media } of contributes.walkthroughs[0].steps)
    assert.ok(media.markdown in files, media.markdown);
});

test('given media files, when the player is declared, then it is an option and not the default', () => {
  const [editor] = contributes.customEditors;
  const patterns = editor.selector.map(({ filenamePattern }: { filenamePattern: string }) => filenamePattern);
  assert.equal(editor.priority, 'option');
  assert.ok(patterns.includes('*.[mM][pP]4'));
  assert.ok(!patterns.some((pattern: string) => /^\*\.(\[tT\]|t)(\[sS\]|s)$/.test(pattern)));
});

test('given the tools of the protocol, when the extension lists its own, then descriptions and inputs are those of MCP', () => {
  const tools: readonly { name: string; modelDescription: string; inputSchema: { properties: object } }[] =
    contributes.languageModelTools;
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['goldfish_search_clips', 'goldfish_inspect_frames', 'goldfish_browse_video'],
  );
  for (const { name, modelDescription, inputSchema } of tools) {
    const tool = agentTools.find((candidate) => `goldfish_${candidate.name}` === name);
    assert.ok(tool, name);
    assert.equal(modelDescription, tool.modelDescription);
    assert.deepEqual(Object.keys(inputSchema.properties), Object.keys(tool.input.shape));
  }
  assert.match(QUERY_OPERATORS, /tag:/);
  assert.ok(tools[0]?.modelDescription.includes(QUERY_OPERATORS));
});
