import { ask } from './ask.ts';
import type { Register } from './command.ts';
import { correct, corrections, tag } from './corrections.ts';
import { doctor } from './doctor.ts';
import { exportCommand } from './export.ts';
import { folders } from './folders.ts';
import { forget } from './forget.ts';
import { gpu } from './gpu.ts';
import { index } from './index.ts';
import { models } from './models.ts';
import { open } from './open.ts';
import { pause } from './pause.ts';
import { reindex } from './reindex.ts';
import { resume } from './resume.ts';
import { search } from './search.ts';
import { service } from './service.ts';
import { settings } from './settings.ts';
import { show } from './show.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';

/** Every command, in the order of the help. */
export const commands: readonly Register[] = [
  start,
  index,
  ask,
  search,
  open,
  show,
  exportCommand,
  correct,
  tag,
  corrections,
  status,
  folders,
  settings,
  models,
  gpu,
  pause,
  resume,
  reindex,
  forget,
  service,
  stop,
  doctor,
];
