import type { Settings } from '../../core/domain/settings.ts';
import type { VideoFile } from '../../core/domain/video.ts';
import type { Captioner } from '../../ports/captioner.ts';
import type { Diariser } from '../../ports/diariser.ts';
import type { Disk } from '../../ports/disk.ts';
import type { FrameEmbedder } from '../../ports/frame-embedder.ts';
import type { Media } from '../../ports/media.ts';
import type { Store } from '../../ports/store.ts';
import type { TextEmbedder } from '../../ports/text-embedder.ts';
import type { TextRecogniser } from '../../ports/text-recogniser.ts';
import type { Transcriber } from '../../ports/transcriber.ts';
import type { VoiceDetector } from '../../ports/voice-detector.ts';
import type { CaptionTimer } from '../caption-timing.ts';
import type { Corrections } from '../corrections.ts';

/**
 * Everything that the stages use that workers can run. A model is undefined while none is in use; rows of an earlier one
 * then stay.
 */
export interface WorkerStageDeps {
  readonly media: Media;
  readonly reader: () => TextRecogniser;
  readonly captioner: () => Captioner | undefined;
  readonly transcriber: () => Transcriber | undefined;
  readonly voiceDetector: () => VoiceDetector | undefined;
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly store: Pick<Store, 'descriptions' | 'vectors' | 'lostVectorCount'>;
  /** The store with user corrections applied. */
  readonly correctedStore: Pick<Store, 'descriptions'>;
  readonly settings: () => Settings;
  readonly captionPace: CaptionTimer;
  readonly corrections: Pick<Corrections, 'forVideo' | 'revision' | 'learnedWords'>;
}

/** Everything that stages use. */
export interface StageDeps extends WorkerStageDeps {
  readonly store: WorkerStageDeps['store'] & Pick<Store, 'allDescriptions'>;
  readonly corrections: WorkerStageDeps['corrections'] &
    Pick<Corrections, 'knownVoices' | 'knownVoicesRevision'>;
  readonly diariser: () => Diariser | undefined;
  readonly disk: Disk;
  readonly copiesOf: (videoId: string) => readonly VideoFile[];
}
