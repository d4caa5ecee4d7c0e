import type { PromptPart } from '../../core/generation/caption-prompt.ts';
import type { TranscriptSegment } from '../../core/subtitles/clean-transcript.ts';
import type { AnswererMessage } from '../../ports/answerer.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { Picture } from '../../ports/decoder.ts';

/** Where and how a model is loaded; the same in each call, so that a restarted child needs no memory. */
export interface ModelPlace {
  /** Absolute path of a folder in the hub's layout. */
  readonly folder: string;
  /** The hub's id, where it is known: some models' habits stand in no file. */
  readonly id?: string;
  /** Providers to try, best first; the last is `cpu`. */
  readonly devices: readonly string[];
  /** Providers not to try again, with the reason: the process died on them. */
  readonly avoid: Readonly<Record<string, string>>;
  /** Threads that the CPU provider may use. */
  readonly threads: number;
}

export interface GenerateItem {
  readonly pictures: readonly Picture[];
  readonly prompt: readonly PromptPart[];
}

export type GenerateReply =
  | { readonly text: string; readonly complete: boolean }
  /** The item itself cannot be given to this model. */
  | { readonly refused: string };

/**
 * Signs of life: the device being tried while loading, what the model was loaded on, that work goes on, text as it is
 * written. After `loaded` text comes from its start.
 */
export type InferenceProgress =
  | { readonly trying: string }
  | { readonly loaded: ModelHealth }
  | { readonly writing: true }
  | { readonly delta: string };

export type TranscribeReply =
  | { readonly segments: readonly TranscriptSegment[]; readonly language?: string }
  /** The sound itself cannot be given to this model. */
  | { readonly refused: string };

export type InferenceCalls = {
  load: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  generate: {
    params: {
      readonly place: ModelPlace;
      readonly items: readonly GenerateItem[];
      readonly tokens: number;
      /** Tells the text of the only item as it comes. */
      readonly streams?: boolean;
    };
    event: InferenceProgress;
    result: readonly GenerateReply[];
  };
  loadSpeech: { params: ModelPlace; event: InferenceProgress; result: ModelHealth };
  listen: {
    params: { readonly place: ModelPlace; readonly samples: Float32Array; readonly language?: string };
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
  /** Streams its text. */
  write: {
    params: {
      readonly place: ModelPlace;
      readonly messages: readonly AnswererMessage[];
      readonly tokens: number;
    };
    event: InferenceProgress;
    result: GenerateReply;
  };
};

/** An error's meaning as it crosses: the model cannot be used as it is. */
export interface UnsupportedModelDetail {
  readonly unusable: true;
  readonly remedy: string;
}
