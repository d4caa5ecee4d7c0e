import type { Folder } from '../../protocol/folders.ts';
import { collect, examples, type Register } from './command.ts';
import { cleanLine } from './escape.ts';
import { count } from './format.ts';
import { localUri } from './uri.ts';

interface AddOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly poll?: boolean;
}

function foldersText(folders: readonly Folder[]): string {
  if (folders.length === 0) return 'No folder is watched. "folders add PATH" adds one.';
  return folders
    .map((folder) => {
      const reason = folder.reason ? `: ${cleanLine(folder.reason)}` : '';
      const rules = [
        ...folder.include.map((glob) => `include ${glob}`),
        ...folder.exclude.map((glob) => `exclude ${glob}`),
        ...(folder.poll ? ['polled'] : []),
      ];
      const shown = rules.length > 0 ? `  [${cleanLine(rules.join(', '))}]` : '';
      return `${cleanLine(folder.path)}  ${count(folder.videos, 'video')}  ${folder.state}${reason}${shown}`;
    })
    .join('\n');
}

export const folders: Register = (program, run) => {
  const group = program.command('folders').description('which folders are watched');
  group
    .command('list', { isDefault: true })
    .description('list the watched folders')
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/folders/list', {}, { signal: context.signal });
        return { result, text: foldersText(result.folders) };
      }),
    );
  group
    .command('add')
    .argument('<path>', 'a folder')
    .option('--include <glob>', 'only files that match (may be repeated)', collect)
    .option('--exclude <glob>', 'leave out files that match (may be repeated)', collect)
    .option('--poll', 'look every few seconds instead of relying on file events: for network drives')
    .description('watch a folder from now on')
    .addHelpText(
      'after',
      examples('goldfish folders add ~/Videos', `goldfish folders add /mnt/nas --poll --exclude 'raw/**'`),
    )
    .action((path: string, options: AddOptions) =>
      run(async (context) => {
        const client = await context.client();
        const params = { uri: localUri(path, context.path), ...options };
        const result = await client.request('goldfish/folders/add', params, { signal: context.signal });
        return { result, text: foldersText(result.folders) };
      }),
    );
  group
    .command('remove')
    .argument('<path>', 'a watched folder')
    .description('watch a folder no more and remove its videos from the index')
    .addHelpText('after', examples('goldfish folders remove ~/Videos'))
    .action((path: string) =>
      run(async (context) => {
        const client = await context.client();
        const params = { uri: localUri(path, context.path) };
        const result = await client.request('goldfish/folders/remove', params, { signal: context.signal });
        return { result, text: foldersText(result.folders) };
      }),
    );
};
