import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { Command } from 'commander';
import { generatedDocs } from '../../server/pack/write-docs.ts';
import { clientRequests, notifications, requests } from '../../server/protocol/methods.ts';
import { ExitCodes } from '../../server/src/cli/cli-failure.ts';
import { loadCommands } from '../../server/src/cli/commands.ts';
import { STAGES } from '../../server/src/core/domain/stage.ts';
import { settingsSchema } from '../../server/src/settings/schema.ts';

const MAX_README_LINES = 120;
const MAX_FILES_TO_CHANGE = 4;

interface Page {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const toPage = (path: string): Page => ({ path: path.replaceAll('\\', '/'), text: read(path) });
const rootPages = globSync('*.md', { cwd: root }).sort().map(toPage);
const docsPages = globSync('docs/*.md', { cwd: root }).sort().map(toPage);
const pages = [...rootPages, ...docsPages];
const folderReadmes = globSync('{server,client,test,demo,models}/**/README.md', {
  cwd: root,
  exclude: (name) => name === 'node_modules' || name === 'dist',
}).map(toPage);

/** The history names what no longer exists. */
const isHistory = ({ path }: Page) => path === 'CHANGELOG.md';

const program = new Command();
for (const register of await loadCommands()) register(program, async () => {});
/** Served by server/src/main.ts and not by the command line. */
const OTHER_COMMANDS = ['lsp', 'mcp', 'daemon', 'help'];
const GLOBAL_OPTIONS = ['--json', '--data-dir', '--demo', '--version', '--help', '-h'];

const withoutBlocks = (text: string) => text.replace(/^ *```[\s\S]*?^ *```/gm, '');

/** Words in backquotes outside blocks of code. */
function inlineCode(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
}

function codeLines(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^ *```(?:sh|text|)\n([\s\S]*?)^ *```/gm)];
  return [...blocks.flatMap((match) => (match[1] ?? '').split('\n')), ...inlineCode(text)];
}

/** The Goldfish commands in a text: `["models", "use", "captioner"]`. */
function namedCommands(text: string): readonly (readonly string[])[] {
  return codeLines(text).flatMap((line) => {
    const call = /^\s*(?:npm run -s goldfish --|goldfish) +(.+)$/.exec(line.replace(/\s+# .*$/, ''));
    const words = [...(call?.[1] ?? '').matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word);
    return words.length === 0 || /^[A-Z<[]/.test(words[0] ?? '') ? [] : [words];
  });
}

/** A folder or file of the repository, or any path to a source file: `core/query/x.ts` must be written in full. */
const isPath = (word: string) =>
  (/^(server|client|models|test|demo|docs|\.ci|\.github|\.vscode|\.devcontainer)\//.test(word) ||
    /^[\w-]+(?:\/[\w.-]+)+\.(?:ts|mjs|py)$/.test(word)) &&
  !/[*<{ ]|\.\.\./.test(word);

/** The anchor that GitHub gives to a heading. */
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (path: string) =>
  new Set([...read(path).matchAll(/^#+ (.+)$/gm)].map((match) => toAnchor(match[1] ?? '')));

test('given the README, when its lines are counted, then they are at most 120', () => {
  assert.ok(read('README.md').trimEnd().split('\n').length <= MAX_README_LINES);
});

test('given the commands, settings and protocol, when their pages are generated, then they are the committed ones ("npm run docs" writes them)', async () => {
  const generated = Object.entries(await generatedDocs());
  assert.ok(generated.length > 0);
  for (const [path, text] of generated) assert.ok(read(path) === text, `${path} is out of date`);
});

test('given all pages, when their paths and links are followed, then each file and heading exists', () => {
  let seen = 0;
  for (const { path, text } of [...pages, ...folderReadmes].filter((page) => !isHistory(page))) {
    for (const name of inlineCode(text).filter(isPath)) {
      seen += 1;
      const isHere = existsSync(join(root, name)) || existsSync(join(root, dirname(path), name));
      assert.ok(isHere, `${path} names ${name}`);
    }
    const prose = withoutBlocks(text).replace(/`[^`\n]+`/g, '');
    for (const [, link = '', anchor] of prose.matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = link === '' ? path : join(dirname(path), link);
      seen += 1;
      assert.ok(existsSync(join(root, target)), `${path} links to ${link}`);
      if (anchor !== undefined)
        assert.ok(anchorsOf(target).has(anchor), `${path} links to ${link}#${anchor}`);
    }
  }
  assert.ok(seen > 100);
});

test('given the README of a folder, when it names a file, then the folder has it', () => {
  let seen = 0;
  for (const { path, text } of folderReadmes) {
    for (const name of inlineCode(text).filter((word) => /^[\w/-]+\.(ts|mjs|py)$/.test(word))) {
      seen += 1;
      assert.ok(
        existsSync(join(root, dirname(path), name)) || existsSync(join(root, name)),
        `${path} names ${name}`,
      );
    }
  }
  assert.ok(seen > 50);
});

test('given folders of the server, when they are listed, then each has a README', () => {
  const folders = globSync('server/src/*/', { cwd: root }).filter((name) => !name.endsWith('.ts'));
  assert.ok(folders.length > 10);
  for (const folder of folders) assert.ok(existsSync(join(root, folder, 'README.md')), folder);
});

test('given all pages, when they name a command, then it exists with its subcommand and options', () => {
  let seen = 0;
  for (const { path, text } of pages.filter((page) => !isHistory(page))) {
    for (const [name = '', ...words] of namedCommands(text)) {
      seen += 1;
      if (OTHER_COMMANDS.includes(name) || GLOBAL_OPTIONS.includes(name)) continue;
      const command = program.commands.find((candidate) => candidate.name() === name);
      assert.ok(command, `${path} names the command ${name}`);
      // `goldfish record URL` is short for `goldfish record start URL`.
      const isUrl = words[0]?.includes('://') === true;
      const subcommand = command.commands.find(
        (candidate) => candidate.name() === (isUrl ? 'start' : words[0]),
      );
      if (command.commands.length > 0 && /^[a-z]/.test(words[0] ?? ''))
        assert.ok(subcommand, `${path} names ${name} ${words[0]}`);
      const known = [
        ...(subcommand ?? command).options.flatMap(({ short, long }) => [short, long]),
        ...GLOBAL_OPTIONS,
      ];
      for (const word of words) {
        if (word === '--') break;
        if (/^--?[a-z]/.test(word)) assert.ok(known.includes(word), `${path} names ${name} ${word}`);
      }
    }
  }
  assert.ok(seen > 50);
});

test('given all commands, when docs/cli.md is read, then none is left out', () => {
  const text = read('docs/cli.md');
  for (const command of program.commands)
    for (const { name } of [command, ...command.commands].map((entry) => ({ name: entry.name() })))
      assert.match(text, new RegExp(`^#+ goldfish .*\\b${name}$`, 'm'));
});

test('given all pages, when they name a setting, then it exists', () => {
  const groups = new Set(Object.keys(settingsSchema).map((key) => key.split('.')[0]));
  let seen = 0;
  for (const { path, text } of pages.filter((page) => !isHistory(page))) {
    for (const word of codeLines(text).flatMap((code) => code.split(/\s/))) {
      const group = /^([a-z]+[A-Za-z]*)\.[a-z][A-Za-z]*$/.exec(word)?.[1];
      if (group === undefined || !groups.has(group) || /\.(ts|mjs|json)$/.test(word)) continue;
      seen += 1;
      assert.ok(word in settingsSchema, `${path} names the setting ${word}`);
    }
  }
  assert.ok(seen > 10);
});

test('given all pages, when they name an npm script, then it exists', () => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const { path, text } of [...pages, ...folderReadmes].filter((page) => !isHistory(page)))
    for (const [, script = ''] of text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g))
      assert.ok(script in scripts, `${path} names npm run ${script}`);
});

test('given the exit codes, when docs/cli.md is read, then each is documented', () => {
  const text = read('docs/cli.md');
  for (const code of Object.values(ExitCodes)) assert.match(text, new RegExp(`^\\| ${code} +\\|`, 'm'));
});

test('given all pages, when they name a method of the protocol, then it exists', () => {
  const methods = new Set([requests, clientRequests, notifications].flatMap((group) => Object.keys(group)));
  for (const { path, text } of pages)
    for (const word of inlineCode(text).filter((code) => /^goldfish\/[A-Za-z/]+$/.test(code)))
      assert.ok(methods.has(word), `${path} names ${word}`);
});

test('given the pages on adding things, when a table lists the files to change, then there are at most 4, and a test to copy', () => {
  const addingPages = docsPages.filter(({ path }) => path.startsWith('docs/adding-'));
  assert.ok(addingPages.length >= 6);
  for (const { path, text } of addingPages) {
    assert.match(text, /test\/(?:unit|contract|daemon|golden)\/[\w-]+\.test\.ts/, path);
    for (const [, number] of text.matchAll(/^\| (\d+) \|/gm))
      assert.ok(Number(number) <= MAX_FILES_TO_CHANGE, path);
  }
});

test('given the pages on adding things, when they name a test to copy, then its file has it', () => {
  let seen = 0;
  for (const { path, text } of docsPages) {
    for (const [, name = '', file = ''] of text.matchAll(
      /"(given [^"]+|an? [^"]+)" (?:in|of)\s`(test\/[^`]+)`/g,
    )) {
      seen += 1;
      assert.ok(read(file).includes(name.replace(/ \.\.\.$/, '')), `${path} names "${name}" of ${file}`);
    }
  }
  assert.ok(seen >= 4);
});

test('given the pages on adding things, when a row says what to change in a file, then the file has it', () => {
  let seen = 0;
  for (const { path, text } of docsPages.filter((page) => page.path.startsWith('docs/adding-'))) {
    for (const [, , file = '', change = ''] of text.matchAll(/^\| (\d) +\| `([^`]+)` +\| (.+) \|$/gm)) {
      for (const [, name = ''] of change.matchAll(/`([A-Za-z_]+)`/g)) {
        seen += 1;
        assert.ok(read(file).includes(name), `${path}: ${file} has no ${name}`);
      }
    }
  }
  assert.ok(seen >= 12);
});

test('given the stages, when the glossary is read, then it names each that is planned', () => {
  const text = read('docs/glossary.md');
  for (const stage of STAGES.filter((name) => name !== 'summary'))
    assert.ok(text.includes(`\`${stage}\``), stage);
});
