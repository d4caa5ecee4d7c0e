import type { Settings } from '../core/domain/settings.ts';
import { toModelRevision } from '../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Disk } from '../ports/disk.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Media } from '../ports/media.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { TextRecogniser } from '../ports/text-recogniser.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import type { CaptionTimer } from './caption-timing.ts';
import type { Corrections } from './corrections.ts';
import { captionClips, captionFingerprint, hasPictures } from './stages/caption.ts';
import { cuesStage } from './stages/cues.ts';
import { embedFramesFingerprint, embedVideoFrames } from './stages/embed-frames.ts';
import { embedSidecarFingerprint, embedTextFingerprint, embedVideoText } from './stages/embed-text.ts';
import { factsFingerprint, measureFacts } from './stages/facts.ts';
import { passagesStage } from './stages/passages.ts';
import { probeStage } from './stages/probe.ts';
import { readScreenText, screenTextFingerprint } from './stages/screen-text.ts';
import type { StageRunner } from './stages/stage-runner.ts';
import { NO_TRANSCRIPT, transcribeVideo, transcriptFingerprint } from './stages/transcribe.ts';

export interface StageDeps {
  readonly media: Media;
  readonly reader: TextRecogniser;
  /** Returns undefined if no captioner is selected; existing captions then stay. */
  readonly captioner: () => Captioner | undefined;
  /** Returns undefined if no transcriber is selected; existing transcripts then stay. */
  readonly transcriber: () => Transcriber | undefined;
  /** Returns undefined if none is selected; existing vectors then stay. */
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly disk: Disk;
  readonly store: Store;
  /** The store with user corrections applied. */
  readonly correctedStore: Pick<Store, 'descriptions'>;
  readonly settings: () => Settings;
  readonly captionPace: CaptionTimer;
  readonly copiesOf: (videoId: string) => readonly VideoFile[];
  readonly corrections: Pick<Corrections, 'forVideo' | 'revision'>;
}

/** Creates the stages in order of work. Derived stages come last. */
export function createPipeline(ports: StageDeps): readonly StageRunner[] {
  const clipMs = () => ports.settings()['clips.seconds'] * 1000;
  return [
    probeStage(ports.media, clipMs),
    cuesStage(ports.media, ports.disk),
    factsStage(ports, clipMs),
    screenTextStage(ports),
    transcribeStage(ports),
    captionStage(ports),
    embedStage(ports),
    embedFramesStage(ports),
    passagesStage(ports.store, ports.copiesOf, ports.corrections),
  ];
}

/**
 * Creates the stage that decodes a whole file once for its facts, clips with edges at cuts, and OCR times.
 */
function factsStage({ media }: StageDeps, clipMs: () => number): StageRunner {
  const decodable = ({ probe }: VideoRecord) =>
    probe.streams.some((stream) => stream.kind === 'video' || stream.kind === 'audio');
  return {
    plan: {
      stage: 'facts',
      lane: 'deep',
      after: [],
      content: (record) => (decodable(record) ? factsFingerprint(clipMs()) : undefined),
    },
    async run({ copy, record, recipe }, onShare, signal) {
      if (record === undefined) return {};
      const video = { videoId: copy.videoId, uri: copy.uri, probe: record.probe };
      const measured = await measureFacts(video, media, { clipMs: clipMs(), recipe }, onShare, signal);
      const clips = measured.clips.map(({ startMs, endMs }) => ({ startMs, endMs }));
      return { recordUpdate: { clips, textTimes: measured.textTimes }, descriptions: measured.descriptions };
    },
  };
}

/** Creates the stage that reads each state of the screen once. */
function screenTextStage({ media, reader, settings }: StageDeps): StageRunner {
  const languages = () => settings()['screenText.languages'];
  return {
    plan: {
      stage: 'screenText',
      lane: 'deep',
      after: ['facts'],
      content: (record) =>
        settings()['screenText.enabled'] && (record.textTimes?.length ?? 0) > 0
          ? screenTextFingerprint(reader.name, languages())
          : undefined,
    },
    async run({ copy, record, recipe }, onShare, signal) {
      if (record === undefined) return {};
      const { clips, textTimes = [] } = record;
      const video = { videoId: copy.videoId, uri: copy.uri, clips, textTimes };
      const options = { languages: languages(), recipe };
      return {
        descriptions: await readScreenText(video, { decoder: media, reader }, options, onShare, signal),
      };
    },
  };
}

/** Creates the stage that transcribes speech if subtitles do not contain it. */
function transcribeStage({ media, transcriber, settings }: StageDeps): StageRunner {
  return {
    plan: {
      stage: 'transcribe',
      lane: 'deep',
      after: ['cues', 'facts'],
      content: (record, copies) =>
        transcriptFingerprint(record, copies, transcriber(), settings()['models.transcribeAll']),
    },
    async run({ copy, record, recipe, turn }, onShare, signal) {
      if (record === undefined || recipe === NO_TRANSCRIPT) return {};
      const model = transcriber();
      // Throws, because returning no rows would delete the existing transcript.
      if (model === undefined)
        throw new ModelUnavailableError('No transcriber is available.', 'Set models.transcriber.');
      const { probe, clips } = record;
      const video = { videoId: copy.videoId, uri: copy.uri, probe, clips };
      return transcribeVideo(video, { decoder: media, transcriber: model, turn }, recipe, onShare, signal);
    },
  };
}

/**
 * Creates the stage that captions each clip with a vision-language model. The prompt includes speech and text
 * on screen.
 */
function captionStage({
  media,
  captioner,
  store,
  correctedStore,
  settings,
  captionPace,
}: StageDeps): StageRunner {
  const language = () => settings()['models.captionLanguage'];
  return {
    plan: {
      stage: 'caption',
      lane: 'deep',
      // Captioning a long video takes hours, so everything else is embedded first, and captions when they
      // exist.
      after: ['facts', 'screenText', 'transcribe', 'embed'],
      content: (record) => {
        const model = captioner();
        return model && hasPictures(record.probe) ? captionFingerprint(model, language()) : undefined;
      },
    },
    async run({ copy, record, recipe, turn }, onShare, signal, save) {
      const model = captioner();
      if (record === undefined) return {};
      // Throws, because returning no rows would delete the existing captions.
      if (model === undefined)
        throw new ModelUnavailableError('No captioner is available.', 'Set models.captioner.');
      const { videoId, uri } = copy;
      // Uses corrected lines, because a misheard name would appear in captions. Later corrections do not
      // repeat captioning.
      const rows = await correctedStore.descriptions(videoId, uri, ['cues', 'transcribe', 'screenText']);
      const video = {
        videoId,
        uri,
        probe: record.probe,
        clips: record.clips,
        // Leaves out tags, which are neither said nor shown in the video.
        lines: rows.flatMap(({ lines }) => lines.filter(({ kind }) => kind !== 'tag')),
        stored: await store.descriptions(videoId, uri, ['caption']),
      };
      const options = { language: language(), recipe };
      const timing = captionPace.begin(recipe);
      const ports = { decoder: media, captioner: model, save, turn, onSettled: timing.settled };
      try {
        const { descriptions, failure } = await captionClips(video, ports, options, onShare, signal);
        return { descriptions, failure };
      } finally {
        timing.end();
      }
    },
  };
}

/** Creates the stage that embeds speech, captions and text on screen for semantic search. */
function embedStage({ textEmbedder, store, correctedStore, corrections }: StageDeps): StageRunner {
  return {
    plan: {
      stage: 'embed',
      lane: 'deep',
      after: ['cues', 'facts', 'screenText', 'transcribe'],
      content: (record) => {
        const model = textEmbedder();
        return (
          model &&
          embedTextFingerprint(record, model, store.lostVectorCount(), corrections.revision(record.videoId))
        );
      },
      path: (copy, record) => {
        const model = textEmbedder();
        const correctionsRevision = corrections.revision(copy.videoId);
        return (
          model && embedSidecarFingerprint(copy, record, model, store.lostVectorCount(), correctionsRevision)
        );
      },
    },
    async run({ copy, record, path, turn }, onShare, signal) {
      if (record === undefined) return {};
      const embedder = textEmbedder();
      // Throws, because returning no rows would delete the existing vectors.
      if (embedder === undefined)
        throw new ModelUnavailableError('No text embedder is available.', 'Set models.textEmbedder.');
      const target = { videoId: copy.videoId, uri: path ? copy.uri : '' };
      const rows = await embedVideoText(
        target,
        { store, told: correctedStore, embedder, turn },
        onShare,
        signal,
      );
      return { vectors: [{ ...target, role: 'text', model: toModelRevision(embedder), rows }] };
    },
  };
}

/**
 * Creates the stage that embeds a few frames per clip, so that a text query finds what is seen but not
 * described.
 */
function embedFramesStage({ media, frameEmbedder, store }: StageDeps): StageRunner {
  return {
    plan: {
      stage: 'embedFrames',
      lane: 'deep',
      after: ['facts'],
      content: (record) => {
        const model = frameEmbedder();
        if (!model || !hasPictures(record.probe) || record.failures.facts) return undefined;
        return embedFramesFingerprint(record.clips, model, store.lostVectorCount());
      },
    },
    async run({ copy, record, turn }, onShare, signal) {
      if (record === undefined) return {};
      const embedder = frameEmbedder();
      if (embedder === undefined)
        throw new ModelUnavailableError('No frame embedder is available.', 'Set models.frameEmbedder.');
      const { videoId, uri } = copy;
      const ports = { decoder: media, embedder, turn };
      const rows = await embedVideoFrames({ videoId, uri, clips: record.clips }, ports, onShare, signal);
      return { vectors: [{ videoId, uri: '', role: 'frame', model: toModelRevision(embedder), rows }] };
    },
  };
}
