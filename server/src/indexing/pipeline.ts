import { createCaptionStage } from './stages/caption.ts';
import { createCuesStage } from './stages/cues.ts';
import { createEmbedFramesStage } from './stages/embed-frames.ts';
import { createEmbedTextStage } from './stages/embed-text.ts';
import { createFactsStage } from './stages/facts.ts';
import { createPassagesStage } from './stages/passages.ts';
import { createProbeStage } from './stages/probe.ts';
import { createScreenTextStage } from './stages/screen-text.ts';
import { createSpeakersStage } from './stages/speakers.ts';
import type { StageDeps, WorkerStageDeps } from './stages/stage-deps.ts';
import type { StageRunner } from './stages/stage-runner.ts';
import { createTranscribeStage } from './stages/transcribe.ts';

/** Returns the stages in the order of work. `passages` comes last: it is derived from the rows of the others. */
export function createPipeline(deps: StageDeps): readonly StageRunner[] {
  const clipMs = () => deps.settings()['clips.seconds'] * 1000;
  return [
    createProbeStage(deps.media, clipMs),
    createCuesStage(deps.media, deps.disk, () => ({
      enabled: deps.settings()['screenText.enabled'],
      languages: deps.settings()['screenText.languages'],
    })),
    ...createWorkerPipeline(deps),
    createSpeakersStage(deps),
    createPassagesStage(deps.store, deps.copiesOf, deps.corrections),
  ];
}

/** Returns the stages that workers can run: they read media and a few rows, and derive nothing from other stages' rows. */
export function createWorkerPipeline(deps: WorkerStageDeps): readonly StageRunner[] {
  const clipMs = () => deps.settings()['clips.seconds'] * 1000;
  return [
    createFactsStage(deps, clipMs),
    createScreenTextStage(deps),
    createTranscribeStage(deps),
    createCaptionStage(deps),
    createEmbedTextStage(deps),
    createEmbedFramesStage(deps),
  ];
}
