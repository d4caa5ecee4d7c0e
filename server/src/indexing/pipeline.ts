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
import { createVoiceStage } from './stages/voice.ts';

/** Returns the stages in the order of work. `passages` comes last: it is derived from the rows of the others. */
export function createPipeline(deps: StageDeps): readonly StageRunner[] {
  const clipMs = () => deps.settings()['clips.seconds'] * 1000;
  return [
    createProbeStage(deps.media, clipMs),
    createCuesStage(deps.media, deps.disk, () => ({
      enabled: deps.settings()['screenText.enabled'],
      languages: deps.settings()['screenText.languages'],
    })),
    createVoiceStage(deps),
    ...createWorkerPipeline(deps),
    createSpeakersStage(deps),
    createPassagesStage(deps.store, deps.copiesOf, deps.corrections),
  ];
}

/** Returns the stages that workers can run: they read media and a few rows, and derive nothing from other stages' rows. */
export function createWorkerPipeline(deps: WorkerStageDeps): readonly StageRunner[] {
  const clipMs = () => deps.settings()['clips.seconds'] * 1000;
  const { store } = deps;
  return [
    keepEarlierRows(createFactsStage(deps, clipMs), store),
    keepEarlierRows(createScreenTextStage(deps), store),
    keepEarlierRows(createTranscribeStage(deps), store),
    createCaptionStage(deps),
    createEmbedTextStage(deps),
    createEmbedFramesStage(deps),
  ];
}

/** Has a stage that goes on with a recording keep its rows of the clips that are done. */
function keepEarlierRows(runner: StageRunner, store: WorkerStageDeps['store']): StageRunner {
  const { plan, run } = runner;
  return {
    plan,
    async run(input, onShare, signal, save) {
      const result = await run(input, onShare, signal, save);
      const fromMs = input.recording?.fromMs ?? 0;
      if (fromMs === 0) return result;
      const storedRows = await store.descriptions(input.copy.videoId, '', [plan.stage]);
      const earlierRows = storedRows.filter((row) => row.uri === '' && row.startMs < fromMs);
      const newRows = (result.descriptions ?? []).filter((row) => row.startMs >= fromMs);
      return { ...result, descriptions: [...earlierRows, ...newRows] };
    },
  };
}
