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
  /** The model in use; undefined where none is set: answers are then quotes, or what was seen. */
  readonly answerer: () => Answerer | undefined;
  /** Looks at frames; undefined where none is in use. */
  readonly captioner: () => Captioner | undefined;
  /** Videos of at most so many minutes are shown to the captioner whole; 0: none. */
  readonly maxWholeVideoMinutes: () => number;
  /** Told why a model that is set did not answer. */
  readonly onModelFailure: (message: string) => void;
}

/** One question while it is answered: what it found, who answers, and what has been written so far. */
export interface AnswerJob {
  readonly deps: AnswerQuestionDeps;
  readonly request: AskRequest;
  readonly resolved: ResolvedQuestion;
  readonly model: Answerer | undefined;
  readonly vision: VisionDeps | undefined;
  /** The answer; each piece is streamed as it is added. */
  readonly out: TextWriter;
  /** Shown to the person below the answer. */
  readonly remarks: string[];
  readonly signal: AbortSignal;
}

/** Reports why the model in use did not answer. Throws every error that is not a ModelUnavailableError. */
export function reportModelFailure({ deps, model }: AnswerJob, error: unknown): void {
  if (!(error instanceof ModelUnavailableError)) throw error;
  if (model) deps.onModelFailure(`${model.name} did not answer: ${error.message} ${error.remedy}`);
}
