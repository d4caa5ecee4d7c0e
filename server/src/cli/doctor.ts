import { checksText } from './check.ts';
import { examples, type Register } from './command.ts';
import { checkDaemon, checkDataDir } from './doctor-data.ts';
import {
  checkFfmpeg,
  checkLanguages,
  checkNode,
  checkNodeAv,
  checkPlayers,
  checkStore,
  checkWatches,
} from './doctor-machine.ts';
import { checkModels } from './doctor-models.ts';
import { ExitCodes } from './failure.ts';
import { painter } from './format.ts';
import { checkGpu } from './gpu.ts';

export const doctor: Register = (program, run) => {
  program
    .command('doctor')
    .description('what is there and what is missing on this machine, each with what mends it')
    .addHelpText('after', examples('goldfish doctor', 'goldfish doctor --json'))
    .action(() =>
      run(async (context) => {
        const found = await Promise.all([
          checkNode(),
          checkNodeAv(),
          checkFfmpeg(context.env),
          checkStore(),
          checkLanguages(),
          checkGpu(context.env),
          checkPlayers(context.env),
          checkWatches(),
          checkDataDir(context.dataDir),
          checkDaemon(context),
          checkModels(context),
        ]);
        const checks = found.flat();
        const whole = checks.every((check) => check.state !== 'missing');
        return {
          result: { checks },
          text: checksText(checks, painter(context.out, context.env)),
          code: whole ? ExitCodes.done : ExitCodes.missing,
        };
      }),
    );
};
