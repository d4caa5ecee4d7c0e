import { Option } from 'commander';
import { USER_ROLES } from '../../protocol/names.ts';
import type { User, UserRole } from '../../protocol/users.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { collectOption, formatExamples, type RegisterCommand } from './command.ts';
import { uriToDisplayPath } from './path-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface AddUserOptions {
  readonly role: UserRole;
  readonly folders?: readonly string[];
  readonly token: boolean;
}

function formatUser({ name, role, folders, token }: User): string {
  const places =
    folders === undefined
      ? 'all folders'
      : folders.map((uri) => sanitiseLine(uriToDisplayPath(uri))).join(', ');
  return `${sanitiseLine(name)}  ${role}  ${places}${token ? '' : '  (no token)'}`;
}

function formatUsers(users: readonly User[]): string {
  if (users.length === 0)
    return 'No users. Add one with: goldfish users add NAME --role reader\nThen run: goldfish serve --listen HOST:PORT';
  return users.map(formatUser).join('\n');
}

export const registerUsers: RegisterCommand = (program, run) => {
  const command = program
    .command('users')
    .description('list, add and remove users over the network (see "goldfish serve --listen")')
    .addHelpText('after', formatExamples('goldfish users', 'goldfish users add anna --role reader'));
  command
    .command('list', { isDefault: true })
    .description('list the users, their roles and folders')
    .addHelpText('after', formatExamples('goldfish users list', 'goldfish users list --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/users/list', {}, { signal: context.signal });
        return { result, text: formatUsers(result.users) };
      }),
    );
  command
    .command('add')
    .argument('<name>', 'letters, digits and . _ @ + -; the name that a proxy gives, if it identifies users')
    .addOption(
      new Option('--role <role>', 'what the user may do').choices([...USER_ROLES]).makeOptionMandatory(),
    )
    .option(
      '--folders <folder>',
      'a folder or video that the user may see (may be repeated); all if left out',
      collectOption,
    )
    .option('--no-token', 'create no token: a proxy identifies the user')
    .description('add a user and print the token, which is shown only once; replaces a user of the same name')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish users add anna --role corrector',
        'goldfish users add newsroom --role reader --folders /media/public --folders /media/press',
        'goldfish users add anna@example.org --role reader --no-token',
      ),
    )
    .action((name: string, { role, folders, token: wantsToken }: AddUserOptions) =>
      run(async (context) => {
        const client = await context.client();
        const uris = folders?.map((folder) => pathToFileUri(context.resolvePath(folder)));
        const params = { name, role, ...(uris && { folders: uris }), token: wantsToken };
        const result = await client.request('goldfish/users/add', params, { signal: context.signal });
        const { token } = result;
        if (token !== undefined)
          context.err.write(`The token of ${sanitiseLine(name)}. It is not shown again:\n`);
        return { result, text: token ?? formatUsers(result.users) };
      }),
    );
  command
    .command('remove')
    .argument('<name>', 'the name of a user')
    .description('remove a user and end the sessions of that user')
    .addHelpText('after', formatExamples('goldfish users remove anna'))
    .action((name: string) =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/users/remove', { name }, { signal: context.signal });
        return { result, text: formatUsers(result.users) };
      }),
    );
};
