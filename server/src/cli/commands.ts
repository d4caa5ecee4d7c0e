import { registerAdd } from './add.ts';
import { registerAsk } from './ask.ts';
import type { RegisterCommand } from './command.ts';
import { registerCompletion } from './completion.ts';
import { registerCorrect, registerCorrections, registerTag } from './corrections.ts';
import { registerDoctor } from './doctor.ts';
import { registerEval } from './eval.ts';
import { registerExport } from './export.ts';
import { registerFolders } from './folders.ts';
import { registerForget } from './forget.ts';
import { registerGpu } from './gpu.ts';
import { registerIndex } from './index-videos.ts';
import { registerMetrics } from './metrics.ts';
import { registerModels } from './models.ts';
import { registerOpen } from './open.ts';
import { registerPause } from './pause.ts';
import { registerProtocolServers } from './protocol-servers.ts';
import { registerReindex } from './reindex.ts';
import { registerResume } from './resume.ts';
import { registerSearch } from './search.ts';
import { registerServe } from './serve.ts';
import { registerService } from './service.ts';
import { registerSettings } from './settings.ts';
import { registerShow } from './show.ts';
import { registerStart } from './start.ts';
import { registerStatus } from './status.ts';
import { registerStop } from './stop.ts';
import { registerSubtitles } from './subtitles.ts';
import { registerTrain } from './train.ts';
import { registerWorker } from './worker.ts';
import { registerWorkers } from './workers.ts';

/** Lists every command, in the order of the help text. */
export const cliCommands: readonly RegisterCommand[] = [
  registerStart,
  registerIndex,
  registerAdd,
  registerAsk,
  registerSearch,
  registerOpen,
  registerShow,
  registerExport,
  registerSubtitles,
  registerCorrect,
  registerTag,
  registerCorrections,
  registerTrain,
  registerStatus,
  registerFolders,
  registerSettings,
  registerModels,
  registerGpu,
  registerPause,
  registerResume,
  registerReindex,
  registerForget,
  registerWorker,
  registerWorkers,
  registerMetrics,
  registerService,
  registerStop,
  registerDoctor,
  registerEval,
  registerServe,
  registerCompletion,
  registerProtocolServers,
];
