import { AUDIO_EXTENSIONS, VIDEO_EXTENSIONS } from '../../server/src/core/library/media-extensions.ts';
import { toVsCodeConfiguration } from '../../server/src/settings/vscode-configuration.ts';
import { COMMANDS } from './command-list.ts';
import { toInputSchema, VSCODE_TOOLS } from './language-model-tools.ts';
import { createTextCollector, type Texts } from './localised-texts.ts';
import { walkthrough } from './walkthrough.ts';

const UNTRUSTED_DESCRIPTION =
  'A repository cannot say where the daemon is, which models it uses or which folders it reads.';

export interface ProjectManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

export interface ExtensionManifest {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Texts of the manifest by the keys that stand in it: package.nls.json. */
  readonly texts: Texts;
}

type TextCollector = ReturnType<typeof createTextCollector>;

/** Settings of the extension itself; all others are the daemon's. Machine scope: no workspace sets them. */
const extensionSettings = ({ put }: TextCollector) => ({
  'goldfish.command': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription: put(
      'setting.command',
      'Path of the `goldfish` command to use. Empty: the one installed for this extension, else the one on PATH.',
    ),
  },
  'goldfish.agents': {
    type: 'string',
    enum: ['tools', 'mcp', 'nothing'],
    default: 'tools',
    scope: 'machine',
    markdownDescription: put(
      'setting.agents',
      'What agents of this editor are given: three language-model tools, the MCP server of `goldfish mcp` in their place, or nothing.',
    ),
  },
  'goldfish.editorModel': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription: put(
      'setting.editorModel',
      'Id or family of the editor’s language model that answers where `#goldfish.models.answerer#` is `editor`. Empty: the first there is.',
    ),
  },
});

function configuration(texts: TextCollector) {
  const { title, properties } = toVsCodeConfiguration();
  const daemonSettings = Object.entries(properties).map(([key, { markdownDescription, ...rest }]) => [
    key,
    { ...rest, markdownDescription: texts.put(`setting.${key}`, String(markdownDescription)) },
  ]);
  return { title, properties: { ...extensionSettings(texts), ...Object.fromEntries(daemonSettings) } };
}

/** In either case. `.ts` is left out: it is TypeScript far more often than a transport stream. */
function mediaPatterns(): object[] {
  const caseInsensitive = (extension: string) =>
    [...extension].map((char) => (/[a-z]/.test(char) ? `[${char}${char.toUpperCase()}]` : char)).join('');
  return [...VIDEO_EXTENSIONS, ...AUDIO_EXTENSIONS]
    .filter((extension) => extension !== 'ts')
    .map((extension) => ({ filenamePattern: `*.${caseInsensitive(extension)}` }));
}

function menus() {
  const titleCommands = ['goldfish.open', 'goldfish.search', 'goldfish.library'];
  return {
    'view/title': titleCommands.map((command) => ({
      command,
      when: 'view == goldfish.view',
      group: 'navigation',
    })),
    'explorer/context': [
      {
        command: 'goldfish.openVideo',
        when: `resourceScheme == file && resourceExtname =~ /^\\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|wmv|flv|ogv)$/i`,
        group: 'navigation@30',
      },
      {
        command: 'goldfish.addFolder',
        when: 'resourceScheme == file && explorerResourceIsFolder',
        group: '5_goldfish',
      },
    ],
    'editor/context': [{ command: 'goldfish.findSimilar', when: 'editorHasSelection', group: '5_goldfish' }],
    commandPalette: COMMANDS.flatMap(({ id, when }) => (when === undefined ? [] : [{ command: id, when }])),
  };
}

/** The extension's package.json and the texts that belong to it. */
export function extensionManifest({
  name,
  version,
  description,
  license,
}: ProjectManifest): ExtensionManifest {
  const texts = createTextCollector();
  const { put } = texts;
  const manifest = {
    name,
    displayName: 'Goldfish',
    version,
    description: put('description', description),
    license,
    publisher: name,
    engines: { vscode: '^1.100.0' },
    categories: ['AI', 'Chat', 'Machine Learning', 'Other'],
    main: './extension.cjs',
    l10n: './l10n',
    activationEvents: [
      'onUri',
      'onLanguage:markdown',
      'onLanguage:plaintext',
      'onLanguage:org',
      'onLanguage:mdx',
    ],
    extensionKind: ['workspace'],
    capabilities: {
      untrustedWorkspaces: { supported: true, description: put('untrusted', UNTRUSTED_DESCRIPTION) },
      virtualWorkspaces: true,
    },
    contributes: {
      commands: COMMANDS.map(({ id, title, icon }) => ({
        command: id,
        title: put(`command.${id}`, title),
        category: 'Goldfish',
        icon,
      })),
      viewsContainers: {
        activitybar: [{ id: 'goldfish', title: 'Goldfish', icon: 'page/icon.svg' }],
      },
      views: {
        goldfish: [{ id: 'goldfish.view', name: put('view', 'Ask'), type: 'webview', icon: 'page/icon.svg' }],
      },
      menus: menus(),
      keybindings: COMMANDS.flatMap(({ id, key }) => (key === undefined ? [] : [{ command: id, ...key }])),
      customEditors: [
        {
          viewType: 'goldfish.video',
          displayName: put('editor', 'Goldfish Player'),
          selector: mediaPatterns(),
          priority: 'option',
        },
        // Moments among workspace symbols: the editor opens these as it opens files.
        {
          viewType: 'goldfish.moment',
          displayName: put('moment', 'Goldfish Moment'),
          selector: [{ filenamePattern: 'goldfish:/**' }],
          priority: 'default',
        },
      ],
      walkthroughs: [walkthrough(texts)],
      languageModelTools: VSCODE_TOOLS.map(({ id, reference, tool }) => ({
        name: id,
        toolReferenceName: reference,
        displayName: put(`tool.${reference}.title`, tool.title),
        userDescription: put(`tool.${reference}.description`, tool.userDescription),
        modelDescription: tool.modelDescription,
        canBeReferencedInPrompt: true,
        icon: '$(device-camera-video)',
        tags: ['videos'],
        when: "config.goldfish.agents == 'tools'",
        inputSchema: toInputSchema(tool),
      })),
      chatParticipants: [
        {
          id: 'goldfish.chat',
          name: 'goldfish',
          fullName: 'Goldfish',
          description: put('chat.description', 'Asks your indexed videos'),
          isSticky: true,
          commands: [{ name: 'search', description: put('chat.search', 'Lists moments without an answer') }],
        },
      ],
      mcpServerDefinitionProviders: [{ id: 'goldfish.mcp', label: 'Goldfish' }],
      configuration: configuration(texts),
    },
  };
  return { manifest, texts: texts.all() };
}
