import { formatExamples, type RegisterCommand } from './command.ts';
import { addListenOptions } from './serve-team.ts';

/**
 * Describes the commands that serve a protocol on stdio, and the daemon itself. `main.ts` runs them before the command line
 * is read, since they must load fast; only their help comes from here.
 */
export const registerProtocolServers: RegisterCommand = (program) => {
  program
    .command('lsp')
    .description('run the language server for editors on stdio')
    .option('--stdio', 'use stdio; this is the only transport')
    .addHelpText('after', formatExamples('goldfish lsp --stdio'));
  program
    .command('mcp')
    .description('run the MCP server for agents on stdio')
    .option('--allow-add', 'let the agent add videos from the web')
    .addHelpText('after', formatExamples('goldfish mcp', 'goldfish mcp --allow-add'));
  addListenOptions(program.command('daemon'))
    .description('run the daemon in the foreground; other commands start it in the background')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish daemon',
        'goldfish daemon --data-dir ~/goldfish-data',
        'goldfish daemon --listen 0.0.0.0:8443 --cert cert.pem --key key.pem',
      ),
    );
};
