// `npm run docs`: writes the reference pages of docs/ from the code: cli.md from the commands, settings.md from the
// settings schema, protocol.md from the schemas of server/protocol. test/unit/docs.test.ts compares them with the code.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { ERROR_MEANINGS, ErrorCodes, type ErrorKind, PROTOCOL_VERSION } from '../protocol/errors.ts';
import type { Notifications } from '../protocol/methods.ts';
import { EXIT_CODE_MEANINGS, ExitCodes } from '../src/cli/cli-failure.ts';
import { loadCommands } from '../src/cli/commands.ts';
import { settingKeys, settingsSchema } from '../src/settings/schema.ts';
import { schemaText } from './write-schema.ts';

const root = join(import.meta.dirname, '../..');
const HELP_WIDTH_COLUMNS = 100;

/** The part of JSON Schema that our schemas use. */
interface JsonSchema {
  readonly $ref?: string;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly type?: string | readonly string[];
}

const NOTIFICATION_SUMMARIES: Readonly<Record<keyof Notifications, string>> = {
  'goldfish/didChangeStatus': 'The status changed.',
  'goldfish/didChangeSettings': 'A setting changed, whoever changed it.',
  'goldfish/didChangePlaying': 'A player in another view started, moved, paused or closed.',
  'goldfish/didMatchAlert': 'Newly indexed text of a video matches a saved search.',
};

/** server/bin/goldfish.mjs exits with it before any of our TypeScript runs. */
const EXIT_NOT_BUILT = 70;

const escapeCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const generatedNote = (source: string) =>
  `<!-- Generated from ${source} by "npm run docs". Change the source, not this page. -->`;

function joinSections(...sections: readonly string[]): string {
  return `${sections.join('\n\n')}\n`;
}

/** Returns the help of a command as `--help` prints it, without the global options. */
function helpText(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (chunk) => {
      text += chunk;
    },
    getOutHelpWidth: () => HELP_WIDTH_COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim();
}

const cliCommands = await loadCommands();

function cliProgram(): Command {
  const program = new Command('goldfish').helpOption('-h, --help', 'print help');
  for (const register of cliCommands) register(program, async () => {});
  return program;
}

const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

function commandSections(command: Command, path: string): readonly string[] {
  const name = `${path} ${command.name()}`;
  return [
    `## ${name}\n\n\`\`\`text\n${helpText(command)}\n\`\`\``,
    ...command.commands.flatMap((child) => commandSections(child, name).map((text) => `#${text}`)),
  ];
}

function cliPage(): string {
  const { commands } = cliProgram();
  const summary = commands.map((command) => [
    `[\`${command.name()}\`](#${slug(`goldfish ${command.name()}`)})`,
    command.description(),
  ]);
  const exitCodes: readonly (readonly [number, string])[] = [
    ...Object.entries(EXIT_CODE_MEANINGS).map(
      ([name, meaning]) => [ExitCodes[name as keyof typeof ExitCodes], meaning] as const,
    ),
    [EXIT_NOT_BUILT, 'Goldfish could not be built or started'],
  ];
  const rows = exitCodes
    .toSorted(([a], [b]) => a - b)
    .map(([exitCode, meaning]) => [String(exitCode), meaning]);
  return joinSections(
    generatedNote('server/src/cli/'),
    '# Command line',
    'From a clone, run a command with `npm run -s goldfish -- COMMAND`. Once [installed](install.md), it is ' +
      '`goldfish COMMAND`. Options may come before or after arguments. Words that begin with a dash come after `--`.',
    table(['command', 'does'], summary),
    '## Global options',
    table(
      ['option', 'does'],
      [
        ['`--json`', 'prints exactly one JSON document on stdout'],
        ['`--data-dir <folder>`', 'uses this data folder instead of `GOLDFISH_DATA_DIR` or the standard one'],
        ['`--demo`', 'uses the data folder of the demo, while `goldfish start` without a folder runs'],
        ['`--version`', 'prints the version'],
        ['`-h, --help`', 'prints help with examples'],
      ],
    ),
    '## Scripts and exit codes',
    'With `--json`, stdout carries the result of the [protocol](protocol.md), or ' +
      '`{"error": {"code", "message", "data"}}` with an exit code other than 0. Text for people goes to stderr. ' +
      '`NO_COLOR` is honoured.',
    table(['exit code', 'means'], rows),
    ...commands.flatMap((command) => commandSections(command, 'goldfish')),
  );
}

const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function settingType(schema: JsonSchema): string {
  const { type, minimum, maximum, items } = schema;
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'array') return `list of ${items?.type ?? 'values'}s`;
  if (type !== 'integer' && type !== 'number') return 'text';
  return `${type === 'integer' ? 'whole number' : 'number'}, ${minimum} to ${maximum}`;
}

function settingDefault({ default: value }: JsonSchema): string {
  if (value === '') return 'empty';
  return code(Array.isArray(value) ? value.join(',') : value);
}

function settingsPage(): string {
  const groups = [...new Set(settingKeys.map((key) => key.split('.', 1)[0] ?? ''))];
  const sections = groups.map((group) => {
    const rows = settingKeys
      .filter((key) => key.startsWith(`${group}.`))
      .map((key) => {
        const schema = z.toJSONSchema(settingsSchema[key], { io: 'input' }) as JsonSchema;
        return [code(key), settingType(schema), settingDefault(schema), schema.description ?? ''];
      });
    return `## ${group}\n\n${table(['setting', 'values', 'default', 'does'], rows)}`;
  });
  return joinSections(
    generatedNote('server/src/settings/schema.ts'),
    '# Settings',
    'Change a setting with `goldfish settings set KEY VALUE`; without a value the default comes back. Lists are written ' +
      'with commas: `goldfish settings set screenText.languages eng,deu`. `goldfish settings get` prints all of them. ' +
      'They belong to the data folder, and every client sees a change at once. In VS Code they carry the prefix `goldfish.`.',
    ...sections,
  );
}

const definitionOf = ($ref: string) => $ref.replace('#/definitions/', '');
const definitionLink = (name: string) => `[${name}](#${name.toLowerCase()})`;

function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return definitionLink(definitionOf(schema.$ref));
  if (schema.allOf) return schema.allOf.map(typeText).join(' and ');
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.items) return `array of ${typeText(schema.items)}`;
  if (!schema.properties) return [schema.type ?? 'any'].flat().join(' or ');
  return `{ ${Object.entries(schema.properties)
    .map(([name, type]) => `${name}: ${typeText(type)}`)
    .join(', ')} }`;
}

function fieldRows({ properties = {}, required = [] }: JsonSchema): readonly (readonly string[])[] {
  return Object.entries(properties).map(([name, schema]) => [
    `\`${name}${required.includes(name) ? '' : '?'}\``,
    typeText(schema),
    schema.description ?? '',
  ]);
}

function definitionSection(name: string, schema: JsonSchema): string {
  const { description, properties } = schema;
  const rows = fieldRows(schema);
  const body = properties ? table(['member', 'type', 'means'], rows) : `Type: ${typeText(schema)}`;
  return [`### ${name}`, description, properties && rows.length === 0 ? undefined : body]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

const PROTOCOL_INTRODUCTION = `JSON-RPC 2.0 in LSP's base protocol (\`Content-Length\` headers). A client connects to the socket that
\`daemon.json\` in the data folder names, or speaks through the standard streams of \`goldfish lsp --stdio\`. The machine-readable
contract is [schema.json](../server/protocol/schema.json).

- A session begins with LSP's \`initialize\`. \`initializationOptions.goldfish\` may carry \`{protocol, build, answers?}\`;
  \`serverInfo\` of the reply carries protocol and build of the daemon. This page describes protocol version ${PROTOCOL_VERSION}.
- Times are integer milliseconds from the start of the video. Only \`link\` counts in seconds: it is a W3C media fragment.
- \`uri\` is the percent-encoded bytes of a path; \`path\` is for display.
- \`videoId\` names content and survives renames, moves and restarts. A \`clipId\` contains its range. An id made before clip edges
  moved leads to the clip that now contains its moment.
- Corrections belong to the content of a video: they outlast re-indexing, other models, renames and \`goldfish/forget\`, and they
  are searched like the lines that they replace.`;

const CLIENT_REQUESTS_INTRODUCTION = `The daemon sends a client two requests only: the one below and LSP's \`workspace/applyEdit\`. It sends the
latter only to a client that declared support, while it serves that client's own command to answer a question in a note.`;

async function protocolPage(): Promise<string> {
  const { definitions } = JSON.parse(await schemaText()) as {
    readonly definitions: Readonly<Record<string, JsonSchema>>;
  };
  const methodRows = (group: 'Requests' | 'ClientRequests') =>
    Object.entries(definitions[group]?.properties ?? {}).map(([method, { properties, description }]) => {
      const { params, result } = properties ?? {};
      return [code(method), typeText(params ?? {}), typeText(result ?? {}), description ?? ''];
    });
  const notificationRows = Object.entries(NOTIFICATION_SUMMARIES).map(([method, summary]) => [
    code(method),
    typeText(definitions.Notifications?.properties?.[method] ?? {}),
    summary,
  ]);
  const errorRows = Object.entries(ErrorCodes).map(([kind, number]) => [
    String(number),
    code(kind),
    ERROR_MEANINGS[kind as ErrorKind],
  ]);
  const types = Object.entries(definitions)
    .filter(([name]) => !['Requests', 'ClientRequests', 'Notifications'].includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return joinSections(
    generatedNote('server/protocol/'),
    '# Protocol',
    PROTOCOL_INTRODUCTION,
    '## Requests',
    table(['method', 'parameters', 'result', 'does'], methodRows('Requests')),
    '## Requests from the daemon',
    CLIENT_REQUESTS_INTRODUCTION,
    table(['method', 'parameters', 'result', 'does'], methodRows('ClientRequests')),
    '## Notifications',
    "All come from the daemon. It also sends LSP's `window/logMessage` and `$/progress`.",
    table(['method', 'parameters', 'means'], notificationRows),
    '## Errors',
    '`data` of an error is an [ErrorData](#errordata). A parameter of the wrong type or out of range is -32602 with the kind ' +
      '`invalid`. A cancelled request is -32800, without data.',
    table(['code', 'kind', 'means'], errorRows),
    '## Types',
    ...types.map(([name, schema]) => definitionSection(name, schema)),
  );
}

/** Returns the generated pages by their path in the repository. */
export async function generatedDocs(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/cli.md': cliPage(),
    'docs/protocol.md': await protocolPage(),
    'docs/settings.md': settingsPage(),
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generatedDocs())) {
    const target = join(root, path);
    const isCurrent = existsSync(target) && readFileSync(target, 'utf8') === text;
    if (!isCurrent) writeFileSync(target, text);
    console.error(isCurrent ? `${path} is up to date` : `${path} is written`);
  }
}
