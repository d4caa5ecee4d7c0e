import { AUDIO_EXTENSIONS, VIDEO_EXTENSIONS } from '../../server/src/core/library/media-extensions.ts';
import { toVsCodeConfiguration } from '../../server/src/settings/vscode-configuration.ts';
import { COMMANDS } from './command-list.ts';
import { toInputSchema, VSCODE_TOOLS } from './language-model-tools.ts';
import { createTextCollector, type Texts } from './localised-texts.ts';
import { walkthrough } from './walkthrough.ts';

const UNTRUSTED_DESCRIPTION =
  'A workspace cannot change the Goldfish command, its models or the folders it reads.';

export interface ProjectManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

export interface ExtensionManifest {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The texts of package.nls.json, by the keys in the manifest. */
  readonly texts: Texts;
}

type TextCollector = ReturnType<typeof createTextCollector>;

/** Returns the extension's own settings. All others are the daemon's. In machine scope, no workspace can set them. */
const extensionSettings = ({ put }: TextCollector) => ({
  'goldfish.command': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription: put(
      'setting.command',
      'Path of the `goldfish` command. Leave empty to use the one installed by this extension, or else the one on PATH.',
    ),
  },
  'goldfish.sideBarPlayer': {
    type: 'string',
    enum: ['beside', 'tab', 'sideBar'],
    default: 'beside',
    scope: 'machine',
    markdownDescription: put(
      'setting.sideBarPlayer',
      'Where a video plays that you open in the side bar: `beside` the text that you edit, in a `tab` over it, or in the `sideBar` itself.',
    ),
  },
  'goldfish.agents': {
    type: 'string',
    enum: ['tools', 'mcp', 'nothing'],
    default: 'tools',
    scope: 'machine',
    markdownDescription: put(
      'setting.agents',
      'What agents in this editor can use: `tools` (three language model tools), `mcp` (the MCP server `goldfish mcp` instead), or `nothing`.',
    ),
  },
  'goldfish.editorModel': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription: put(
      'setting.editorModel',
      'Id or family of the editor’s language model that writes answers if `#goldfish.models.answerer#` is `editor`. Leave empty to use the first available model.',
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

/** Returns case-insensitive patterns of media files. `.ts` is left out: it is far more often TypeScript than video. */
function mediaPatterns(): object[] {
  const toCaseInsensitive = (extension: string) =>
    [...extension].map((char) => (/[a-z]/.test(char) ? `[${char}${char.toUpperCase()}]` : char)).join('');
  return [...VIDEO_EXTENSIONS, ...AUDIO_EXTENSIONS]
    .filter((extension) => extension !== 'ts')
    .map((extension) => ({ filenamePattern: `*.${toCaseInsensitive(extension)}` }));
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

/** Returns the extension's package.json and its texts. */
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
        // The editor opens moments in workspace symbols like files.
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
          description: put('chat.description', 'Ask your indexed videos'),
          isSticky: true,
          commands: [{ name: 'search', description: put('chat.search', 'List moments without an answer') }],
        },
      ],
      mcpServerDefinitionProviders: [{ id: 'goldfish.mcp', label: 'Goldfish' }],
      configuration: configuration(texts),
    },
  };
  return { manifest, texts: texts.all() };
}
