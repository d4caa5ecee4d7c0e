import { installService, removeService, type ServiceReport } from '../daemon/run-service.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';

function toServiceResult(report: ServiceReport | undefined, successText: string): CommandResult {
  if (report === undefined)
    throw new CommandError(
      'unavailable',
      `Goldfish supports no service manager on ${process.platform}.`,
      'Start "goldfish daemon" from your own start-up scripts.',
      ExitCodes.missing,
    );
  const failed = report.commands.find(({ ok }) => !ok);
  if (failed)
    throw new CommandError(
      'unavailable',
      `"${failed.command}" failed: ${failed.output}`,
      `Run the command by hand. Files: ${report.files.join(', ')}`,
    );
  const untestedNote = report.tried
    ? ''
    : '\nThis has not been tested on a real system of this kind. Please report whether it works.';
  return { result: report, text: `${successText} See: ${report.show}${untestedNote}` };
}

export const registerService: RegisterCommand = (program, run) => {
  const command = program
    .command('service')
    .description('start the daemon when you log in, so that it indexes without an open editor')
    .addHelpText('after', formatExamples('goldfish service install', 'goldfish service remove'));
  command
    .command('install')
    .description('install the service and start it (systemd, launchd or a Windows task)')
    .addHelpText('after', formatExamples('goldfish service install'))
    .action(() =>
      run(async ({ dataDir }) =>
        toServiceResult(await installService(dataDir), 'The daemon will start when you log in.'),
      ),
    );
  command
    .command('remove')
    .description('stop and remove the service; the index stays')
    .addHelpText('after', formatExamples('goldfish service remove'))
    .action(() =>
      run(async ({ dataDir }) => toServiceResult(await removeService(dataDir), 'Removed the service.')),
    );
};
