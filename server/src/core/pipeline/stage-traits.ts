import type { Stage } from '../domain/stage.ts';
import type { WorkerRole } from './worker-role.ts';

/** What the daemon has to know of a stage besides its runner. */
interface StageTraits {
  /**
   * Usual time for a video, relative to the other stages. It only weighs the percentages that people see; times left are
   * measured.
   */
  readonly cost: number;
  /** Role that runs the stage on a worker; absent for a stage that only the daemon runs. */
  readonly workerRole?: WorkerRole;
  /** Stages whose rows it reads on a worker: as stored, and with corrections applied. */
  readonly reads?: { readonly stored: readonly Stage[]; readonly corrected: readonly Stage[] };
  /** True if it goes on with a recording that is still being written, where it stopped before. Others wait or repeat. */
  readonly followsRecording?: boolean;
  /** Whether its result is rows of lines. Other stages fill the record or tables of their own. */
  readonly writesRows: boolean;
}

export const STAGE_TRAITS: Readonly<Record<Stage, StageTraits>> = {
  probe: { cost: 1, writesRows: false },
  cues: { cost: 1, writesRows: true },
  facts: { followsRecording: true, cost: 20, workerRole: 'decoder', writesRows: true },
  screenText: { followsRecording: true, cost: 40, workerRole: 'decoder', writesRows: true },
  transcribe: { followsRecording: true, cost: 100, workerRole: 'transcriber', writesRows: true },
  voice: { cost: 5, writesRows: false },
  speakers: { cost: 10, writesRows: true },
  caption: {
    followsRecording: true,
    cost: 300,
    workerRole: 'captioner',
    reads: { stored: ['caption'], corrected: ['cues', 'transcribe', 'screenText'] },
    writesRows: true,
  },
  embed: {
    cost: 10,
    workerRole: 'textEmbedder',
    reads: { stored: [], corrected: ['cues', 'screenText', 'transcribe', 'caption'] },
    writesRows: false,
  },
  embedFrames: { followsRecording: true, cost: 20, workerRole: 'frameEmbedder', writesRows: false },
  passages: { cost: 2, writesRows: false },
  summary: { cost: 0, writesRows: true },
};
