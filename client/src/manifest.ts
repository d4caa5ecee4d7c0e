import { contributedConfiguration } from '../../server/src/settings/contributes.ts';

/** Id of a command, its title in the palette, and its icon where it has one. */
const COMMANDS: readonly (readonly [id: string, title: string, icon?: string])[] = [
  ['goldfish.open', 'Open', '$(window)'],
  ['goldfish.ask', 'Ask Your Videos'],
  ['goldfish.search', 'Search Moments', '$(search)'],
  ['goldfish.library', 'Show Library', '$(library)'],
  ['goldfish.addFolder', 'Add Folder'],
  ['goldfish.openAt', 'Open Video at Time'],
  ['goldfish.insertLink', 'Insert Link to Moment'],
  ['goldfish.openInBrowser', 'Open in Browser'],
  ['goldfish.pause', 'Pause Indexing'],
  ['goldfish.resume', 'Resume Indexing'],
  ['goldfish.restart', 'Restart Daemon'],
  ['goldfish.logs', 'Show Log'],
];

const WORKSPACE =
  'A repository cannot say where the daemon is, which models it uses or which folders it reads.';

export interface ProjectManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/** The extension's package.json. */
export function extensionManifest({ name, version, description, license }: ProjectManifest): object {
  const { title, properties } = contributedConfiguration();
  return {
    name,
    displayName: 'Goldfish',
    version,
    description,
    license,
    publisher: name,
    engines: { vscode: '^1.100.0' },
    categories: ['Other', 'Machine Learning'],
    main: './extension.cjs',
    activationEvents: ['onUri'],
    extensionKind: ['workspace'],
    capabilities: {
      untrustedWorkspaces: { supported: true, description: WORKSPACE },
      virtualWorkspaces: true,
    },
    contributes: {
      commands: COMMANDS.map(([command, title, icon]) => ({ command, title, category: 'Goldfish', icon })),
      viewsContainers: {
        activitybar: [{ id: 'goldfish', title: 'Goldfish', icon: 'page/icon.svg' }],
      },
      views: { goldfish: [{ id: 'goldfish.view', name: 'Ask', type: 'webview', icon: 'page/icon.svg' }] },
      menus: {
        'view/title': ['goldfish.open', 'goldfish.search', 'goldfish.library'].map((command) => ({
          command,
          when: 'view == goldfish.view',
          group: 'navigation',
        })),
      },
      keybindings: [{ command: 'goldfish.search', key: 'ctrl+alt+g', mac: 'cmd+alt+g' }],
      configuration: {
        title,
        properties: {
          'goldfish.command': {
            type: 'string',
            default: '',
            scope: 'machine',
            markdownDescription:
              'Path of the `goldfish` command to use. Empty: the one installed for this extension, else the one on PATH.',
          },
          ...properties,
        },
      },
    },
  };
}
