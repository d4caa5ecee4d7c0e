import type { PromptPart } from '../../core/generation/caption-prompt.ts';
import type { ScreenTextLine } from '../../core/media/merge-ocr-lines.ts';
import type { TranscriptSegment } from '../../core/subtitles/clean-transcript.ts';
import type { AnswererMessage, TokenUsage } from '../../ports/answerer.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { Picture } from '../../ports/decoder.ts';
import type { HeardSound, SoundWindow } from '../../ports/diariser.ts';
import type { VoiceReply, VoiceState } from '../../ports/voice-detector.ts';

/** Where and how to load a model. Each call contains it, so that a restarted child needs no state. */
export interface ModelPlace {
  /** Absolute path of a folder in the hub's layout. */
  readonly folder: string;
  /** Hub id, if known: some properties of models are not in any file. */
  readonly id?: string;
  /** Execution providers to try, best first. The last is `cpu`. */
  readonly devices: readonly string[];
  /** Providers not to try again, with the reason: the process failed on them. */
  readonly avoid: Readonly<Record<string, string>>;
  /** Loads the graphs that this device would use, on whatever device runs them. Set in self-tests only. */
  readonly precisionsOf?: string;
  /** Threads that the CPU provider may use. */
  readonly threads: number;
}

export interface GenerateItem {
  readonly pictures: readonly Picture[];
  readonly prompt: readonly PromptPart[];
}

export type GenerateReply =
  | { readonly text: string; readonly complete: boolean; readonly tokens?: TokenUsage }
  /** The model cannot process this item. */
  | { readonly refused: string };

/**
 * Progress events: the device being tried, the device that the model was loaded on, ongoing work, and
 * generated text. After `loaded`, text starts over.
 */
export type InferenceProgress =
  | { readonly trying: string }
  | { readonly loaded: ModelHealth }
  | { readonly writing: true }
  | { readonly delta: string };

export type ScoreReply =
  | { readonly scores: readonly number[]; readonly tokens?: TokenUsage }
  /** The model's tokens do not tell the replies apart, or the prompt is too long. */
  | { readonly refused: string };

export type TranscribeReply =
  | { readonly segments: readonly TranscriptSegment[]; readonly language?: string }
  /** The model cannot process this sound. */
  | { readonly refused: string };

export interface ReadTextRequest {
  readonly picture: Picture;
  /** Tesseract codes of the languages to expect. */
  readonly languages: readonly string[];
  /** Counts a space that the model almost wrote: PP-OCRv4 drops spaces in long lines. */
  readonly restoresSpaces: boolean;
  /** Reads only if a picture scaled to `maxSidePx` shows 1 to `maxBoxes` lines. */
  readonly survey?: { readonly maxSidePx: number; readonly maxBoxes: number };
}

export interface ReadTextReply {
  /** The survey showed more lines than accepted; nothing was read. */
  readonly crowded: boolean;
  /** In reading order. */
  readonly lines: readonly ScreenTextLine[];
  /** Languages with letters that the model does not know; empty if no line was found. */
  readonly unreadable: readonly string[];
}

export type InferenceCalls = {
  load: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  generate: {
    params: {
      readonly place: ModelPlace;
      readonly items: readonly GenerateItem[];
      readonly tokens: number;
      /** True: report the text of the only item as it is generated. */
      readonly streams?: boolean;
    };
    event: InferenceProgress;
    result: readonly GenerateReply[];
  };
  loadSpeech: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  listen: {
    params: {
      readonly place: ModelPlace;
      readonly samples: Float32Array;
      readonly language?: string;
      readonly hotWords?: readonly string[];
    };
    event: InferenceProgress;
    result: TranscribeReply;
  };
  loadTexts: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  embedTexts: {
    params: {
      readonly place: ModelPlace;
      readonly texts: readonly string[];
      readonly purpose: 'query' | 'passage';
    };
    event: InferenceProgress;
    result: readonly Float32Array[];
  };
  loadTowers: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  embedWords: {
    params: { readonly place: ModelPlace; readonly texts: readonly string[] };
    event: InferenceProgress;
    result: readonly Float32Array[];
  };
  embedPictures: {
    params: { readonly place: ModelPlace; readonly pictures: readonly Picture[] };
    event: InferenceProgress;
    result: readonly Float32Array[];
  };
  loadVoice: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  detectVoice: {
    params: {
      readonly place: ModelPlace;
      /** A whole number of frames. */
      readonly samples: Float32Array;
      readonly state: VoiceState | undefined;
    };
    event: InferenceProgress;
    result: VoiceReply;
  };
  loadDiariser: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  hearVoices: {
    params: { readonly place: ModelPlace; readonly window: SoundWindow };
    event: InferenceProgress;
    result: HeardSound;
  };
  loadReader: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  readText: {
    params: { readonly place: ModelPlace } & ReadTextRequest;
    event: InferenceProgress;
    result: ReadTextReply;
  };
  loadRanker: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  rank: {
    params: {
      readonly place: ModelPlace;
      readonly question: string;
      readonly passages: readonly string[];
    };
    event: InferenceProgress;
    result: readonly number[];
  };
  loadWriter: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  /** Reports its text as it is generated. */
  write: {
    params: {
      readonly place: ModelPlace;
      readonly messages: readonly AnswererMessage[];
      readonly tokens: number;
    };
    event: InferenceProgress;
    result: GenerateReply;
  };
  /** Log-probabilities of replies by their first token. */
  score: {
    params: {
      readonly place: ModelPlace;
      readonly messages: readonly AnswererMessage[];
      readonly replies: readonly string[];
    };
    event: InferenceProgress;
    result: ScoreReply;
  };
};

/** An error as it crosses the process boundary: the model cannot be used as it is. */
export interface UnsupportedModelDetail {
  readonly unusable: true;
  readonly remedy: string;
}
