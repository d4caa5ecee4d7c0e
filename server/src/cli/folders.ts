import type { Folder } from '../../protocol/folders.ts';
import { collectOption, formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { toLocalUri, uriToDisplayPath } from './path-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface AddOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly poll?: boolean;
}

function formatFolders(folders: readonly Folder[]): string {
  if (folders.length === 0) return 'No watched folders. Add one with: goldfish folders add PATH';
  return folders
    .map((folder) => {
      const reason = folder.reason ? `: ${sanitiseLine(folder.reason)}` : '';
      const rules = [
        ...folder.include.map((glob) => `include ${glob}`),
        ...folder.exclude.map((glob) => `exclude ${glob}`),
        ...(folder.poll ? ['polled'] : []),
      ];
      const rulesText = rules.length > 0 ? `  [${sanitiseLine(rules.join(', '))}]` : '';
      return `${sanitiseLine(folder.path)}  ${formatCount(folder.videos, 'video')}  ${folder.state}${reason}${rulesText}`;
    })
    .join('\n');
}

export const registerFolders: RegisterCommand = (program, run) => {
  const command = program
    .command('folders')
    .description('list, add and remove watched folders')
    .addHelpText('after', formatExamples('goldfish folders', 'goldfish folders add ~/Videos'));
  command
    .command('list', { isDefault: true })
    .description('list the watched folders')
    .addHelpText('after', formatExamples('goldfish folders list', 'goldfish folders list --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/folders/list', {}, { signal: context.signal });
        return { result, text: formatFolders(result.folders) };
      }),
    );
  command
    .command('add')
    .argument('<path>', 'a folder')
    .option('--include <glob>', 'index only files that match (may be repeated)', collectOption)
    .option('--exclude <glob>', 'skip files that match (may be repeated)', collectOption)
    .option(
      '--poll',
      'check for changes every few seconds instead of waiting for file events (for network drives)',
    )
    .description('watch a folder and index its videos')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish folders add ~/Videos',
        `goldfish folders add /mnt/nas --poll --exclude 'raw/**'`,
      ),
    )
    .action((path: string, options: AddOptions) =>
      run(async (context) => {
        const client = await context.client();
        const params = { uri: toLocalUri(path, context.resolvePath), ...options };
        const result = await client.request('goldfish/folders/add', params, { signal: context.signal });
        return { result, text: formatFolders(result.folders) };
      }),
    );
  command
    .command('remove')
    .argument('<path>', 'a watched folder')
    .description('stop watching a folder and delete its videos from the index; the files stay')
    .addHelpText('after', formatExamples('goldfish folders remove ~/Videos'))
    .action((path: string) =>
      run(async (context) => {
        const client = await context.client();
        const params = { uri: toLocalUri(path, context.resolvePath) };
        const { signal } = context;
        const countVideos = async () =>
          (await client.request('goldfish/videos', { ...params, limit: 0 }, { signal })).total;
        const before = await countVideos();
        const result = await client.request('goldfish/folders/remove', params, { signal });
        const removed = before - (await countVideos());
        const summary = `Removed ${uriToDisplayPath(params.uri)} with ${formatCount(removed, 'video')} from the index. The files stay.`;
        return { result, text: `${sanitiseLine(summary)}\n${formatFolders(result.folders)}` };
      }),
    );
};
