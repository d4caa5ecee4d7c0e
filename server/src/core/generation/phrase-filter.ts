import type { Sentence } from '../language/sentence-splitter.ts';
import { type AnswerKind, findAnswerKind, statesAnswerKind } from '../query/answer-kinds.ts';
import { findSupport, isPromptCopy } from './grounding.ts';
import { findSentenceEnd } from './sentence-end.ts';

/** A sentence of a model, with the sentences of the videos that say the same. */
export interface Phrase {
  readonly text: string;
  readonly sentences: readonly Sentence[];
}

/** Takes the streamed text of a small model, and keeps what the videos support. */
export interface PhraseFilter {
  push(delta: string): void;
  /** Takes the rest after the text has ended. */
  end(): void;
  phrases(): readonly Phrase[];
  /** True if nothing useful will follow: the model repeats itself, or its sentences have no support. */
  isFinished(): boolean;
}

export interface PhraseFilterOptions {
  readonly question: string;
  /** Instructions of the prompt, which no answer copies. */
  readonly instructions: string;
  /** Sentences of each video, in time order. */
  readonly evidence: readonly (readonly Sentence[])[];
  /** BCP 47 language of the question. */
  readonly language: string;
}

/** Number of kept sentences after which the model is stopped: small models ramble. */
const MAX_PHRASES = 2;
/** Number of sentences without support after which the model is stopped. */
const MAX_UNSUPPORTED = 2;
/** Kinds of things that a sentence must hold if they are asked for. Reasons are given in many ways. */
const STATED_KINDS: ReadonlySet<AnswerKind> = new Set(['duration', 'frequency', 'price', 'date', 'amount']);
/** A longer text without an end is no sentence, characters. */
const MAX_SENTENCE_CHARS = 400;

const CITATION_MARKS = /\s*[[【][\d\s,;–-]*[\]】]/g;
const LEAD_IN = /^\s*(?:(?:[-*•]|\d+[.)])\s+|(?:answer|assistant)\s*:\s*)+/i;

function cleanSentence(sentence: string): string {
  return sentence
    .replace(CITATION_MARKS, '')
    .replace(/[*_`#]+/g, '')
    .replace(/\s+/g, ' ')
    .replace(LEAD_IN, '')
    .replace(/^["'“”]+|["'“”]+$/g, '')
    .trim();
}

/** Creates a filter for one text. */
export function createPhraseFilter({
  question,
  instructions,
  evidence,
  language,
}: PhraseFilterOptions): PhraseFilter {
  const kept: Phrase[] = [];
  const seenTexts = new Set<string>();
  let buffer = '';
  let unsupportedCount = 0;
  let repeats = false;
  const kind = findAnswerKind(question);
  const isAnswer = (text: string) =>
    kind === undefined || !STATED_KINDS.has(kind) || statesAnswerKind(kind, text);
  const findBestSupport = (text: string) =>
    evidence
      .flatMap((sentences) => findSupport(text, question, sentences, language) ?? [])
      .reduce<ReturnType<typeof findSupport>>(
        (best, support) => (best && best.share >= support.share ? best : support),
        undefined,
      );
  const addSentence = (sentence: string): void => {
    const text = cleanSentence(sentence);
    if (!/[\p{L}\p{N}]/u.test(text) || isFinished()) return;
    if (seenTexts.has(text)) {
      repeats = true;
      return;
    }
    seenTexts.add(text);
    const isCopy = isPromptCopy(text, question, instructions);
    const support = isCopy || !isAnswer(text) ? undefined : findBestSupport(text);
    if (support) kept.push({ text, sentences: support.sentences });
    else unsupportedCount += 1;
  };
  const isFinished = () => repeats || kept.length >= MAX_PHRASES || unsupportedCount >= MAX_UNSUPPORTED;
  return {
    push(delta) {
      buffer += delta;
      for (let end = findSentenceEnd(buffer); end >= 0; end = findSentenceEnd(buffer)) {
        addSentence(buffer.slice(0, end));
        buffer = buffer.slice(end);
      }
      if (buffer.length > MAX_SENTENCE_CHARS) repeats = true;
    },
    end() {
      addSentence(buffer);
      buffer = '';
    },
    phrases: () => kept,
    isFinished,
  };
}
