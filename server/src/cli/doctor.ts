import { ExitCodes } from './cli-failure.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { formatChecks } from './doctor-check.ts';
import { checkDaemon, checkDataDir } from './doctor-data.ts';
import {
  checkFfmpeg,
  checkLanceDb,
  checkLanguages,
  checkNodeAv,
  checkNodeVersion,
  checkPlayers,
  checkWatchLimit,
} from './doctor-machine.ts';
import { checkExams, checkModels } from './doctor-models.ts';
import { createTextStyler } from './format.ts';
import { checkGpu } from './gpu.ts';
import { columnsOf } from './terminal.ts';

export const registerDoctor: RegisterCommand = (program, run) => {
  program
    .command('doctor')
    .description('check this computer for missing parts, and show how to fix each one')
    .option('--models', 'also try each model in use with a small exam')
    .addHelpText(
      'after',
      formatExamples('goldfish doctor', 'goldfish doctor --models', 'goldfish doctor --json'),
    )
    .action((options: { readonly models?: boolean }) =>
      run(async (context) => {
        const checkGroups = await Promise.all([
          checkNodeVersion(),
          checkNodeAv(),
          checkFfmpeg(context.env),
          checkLanceDb(),
          checkLanguages(),
          checkGpu(context.env),
          checkPlayers(context.env),
          checkWatchLimit(),
          checkDataDir(context.dataDir),
          checkDaemon(context),
          checkModels(context),
          options.models === true ? checkExams(context) : [],
        ]);
        const checks = checkGroups.flat();
        const nothingMissing = checks.every((check) => check.state !== 'missing');
        return {
          result: { checks },
          text: formatChecks(checks, createTextStyler(context.out, context.env), columnsOf(context.out)),
          code: nothingMissing ? ExitCodes.done : ExitCodes.missing,
        };
      }),
    );
};
