import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { AskRequest, TextWriter } from './ask-request.ts';
import type { ResolvedQuestion, ResolveQuestion } from './resolved-question.ts';
import type { SummaryDeps } from './video-summaries.ts';
import type { VisionDeps } from './vision-model.ts';

export interface AnswerQuestionDeps extends SummaryDeps {
  readonly find: ResolveQuestion;
  readonly decoder: VisionDeps['decoder'];
  /** Returns the model that writes answers. Without one, answers are quotes or what the captioner saw. */
  readonly answerer: () => Answerer | undefined;
  /** Returns the model that inspects frames, or undefined if none is available. */
  readonly captioner: () => Captioner | undefined;
  /** Maximum length in minutes of a video that the captioner inspects as a whole; 0 means none. */
  readonly maxWholeVideoMinutes: () => number;
  /** Called with the reason when the configured model did not answer. */
  readonly onModelFailure: (message: string) => void;
}

/** State of one question while it is answered: its results, its models, and the text written so far. */
export interface AnswerJob {
  readonly deps: AnswerQuestionDeps;
  readonly request: AskRequest;
  readonly resolved: ResolvedQuestion;
  readonly model: Answerer | undefined;
  readonly vision: VisionDeps | undefined;
  /** Collects the answer and streams each piece as it is added. */
  readonly out: TextWriter;
  /** Notices shown below the answer. */
  readonly remarks: string[];
  /** Why a model's text is not the answer. */
  readonly notes: string[];
  readonly signal: AbortSignal;
}

/** Reports why the model in use did not answer. Throws every error that is not a ModelUnavailableError. */
export function reportModelFailure({ deps, model, notes }: AnswerJob, error: unknown): void {
  if (!(error instanceof ModelUnavailableError)) throw error;
  if (!model) return;
  const message = `${model.name} did not answer: ${error.message} ${error.remedy}`;
  notes.push(message);
  deps.onModelFailure(message);
}
