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
  /** Undefined where no captioner is in use; old captions then stay. */
  readonly captioner: () => Captioner | undefined;
  /** Undefined where no transcriber is in use; old transcripts then stay. */
  readonly transcriber: () => Transcriber | undefined;
  /** Undefined where none is in use; old vectors then stay. */
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly disk: Disk;
  readonly store: Store;
  /** The store as persons corrected it. */
  readonly correctedStore: Pick<Store, 'descriptions'>;
  readonly settings: () => Settings;
  readonly captionPace: CaptionTimer;
  readonly copiesOf: (videoId: string) => readonly VideoFile[];
  readonly corrections: Pick<Corrections, 'forVideo' | 'revision'>;
}

/** The stages in the order of work; what is derived from the others comes last. */
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

/** One decode of the whole file: Facts, Clips with edges at cuts, and when to read for screen text. */
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

/** Reads each look of the screen once. */
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

/** What is said, where no subtitles tell it. */
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
      // No rows would take the old transcript away.
      if (model === undefined)
        throw new ModelUnavailableError('No transcriber is in use.', 'Set models.transcriber.');
      const { probe, clips } = record;
      const video = { videoId: copy.videoId, uri: copy.uri, probe, clips };
      return transcribeVideo(video, { decoder: media, transcriber: model, turn }, recipe, onShare, signal);
    },
  };
}

/** What a vision-language model says of each Clip, with what is said and written meanwhile in its prompt. */
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
      // Captions of a long video take hours: what is known before them is embedded first, and they when they are there.
      after: ['facts', 'screenText', 'transcribe', 'embed'],
      content: (record) => {
        const model = captioner();
        return model && hasPictures(record.probe) ? captionFingerprint(model, language()) : undefined;
      },
    },
    async run({ copy, record, recipe, turn }, onShare, signal, save) {
      const model = captioner();
      if (record === undefined) return {};
      // No rows would take the old captions away.
      if (model === undefined)
        throw new ModelUnavailableError('No captioner is in use.', 'Set models.captioner.');
      const { videoId, uri } = copy;
      // As persons corrected it: a misheard name would be taken for what is seen. What they correct later captions nothing anew.
      const rows = await correctedStore.descriptions(videoId, uri, ['cues', 'transcribe', 'screenText']);
      const video = {
        videoId,
        uri,
        probe: record.probe,
        clips: record.clips,
        // A tag is neither said nor written in the video.
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

/** Vectors of what is said, seen and written, so that meanings are found and not words alone. */
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
      // No rows would take the old vectors away.
      if (embedder === undefined)
        throw new ModelUnavailableError('No text embedder is in use.', 'Set models.textEmbedder.');
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

/** Vectors of a few Frames of each Clip, so that words find what is seen where nothing tells it. */
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
        throw new ModelUnavailableError('No frame embedder is in use.', 'Set models.frameEmbedder.');
      const { videoId, uri } = copy;
      const ports = { decoder: media, embedder, turn };
      const rows = await embedVideoFrames({ videoId, uri, clips: record.clips }, ports, onShare, signal);
      return { vectors: [{ videoId, uri: '', role: 'frame', model: toModelRevision(embedder), rows }] };
    },
  };
}
