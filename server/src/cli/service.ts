import { installService, removeService, type ServiceReport } from '../daemon/run-service.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import type { CommandResult, RegisterCommand } from './command.ts';

function toServiceResult(report: ServiceReport | undefined, successText: string): CommandResult {
  if (report === undefined)
    throw new CommandError(
      'unavailable',
      `There is no service manager that we know on ${process.platform}.`,
      'Start "goldfish daemon" from your own start-up scripts.',
      ExitCodes.missing,
    );
  const failed = report.commands.find(({ ok }) => !ok);
  if (failed)
    throw new CommandError(
      'unavailable',
      `"${failed.command}" failed: ${failed.output}`,
      `Run it by hand. The files are: ${report.files.join(', ')}`,
    );
  const untestedNote = report.tried
    ? ''
    : '\nThis way was not tried on a real system of this kind: please tell how it went.';
  return { result: report, text: `${successText} See: ${report.show}${untestedNote}` };
}

export const registerService: RegisterCommand = (program, run) => {
  const command = program
    .command('service')
    .description('let the system start the daemon when you log in, to index with no editor open');
  command
    .command('install')
    .description('write the service and start it (systemd, launchd or a Windows task)')
    .action(() =>
      run(async ({ dataDir }) =>
        toServiceResult(await installService(dataDir), 'The daemon starts when you log in.'),
      ),
    );
  command
    .command('remove')
    .description('end the service and remove it; the index stays')
    .action(() =>
      run(async ({ dataDir }) => toServiceResult(await removeService(dataDir), 'The service is removed.')),
    );
};
