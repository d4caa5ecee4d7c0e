import { ANSWER_RULES, answerPrompt, type Evidence } from '../core/answerPrompt.ts';
import { createCitedText } from '../core/citedText.ts';
import type { Line } from '../core/description.ts';
import { excerpt } from '../core/excerpt.ts';
import type { Citation } from '../core/hit.ts';
import { orderLines } from '../core/lines.ts';
import { nameOf } from '../core/outline.ts';
import { analyseQuestion } from '../core/question.ts';
import { UnavailableError } from '../core/unavailable.ts';
import { analyse } from '../core/words.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Ask } from './answer.ts';
import type { Catalogue } from './catalogue.ts';
import type { Finding } from './hits.ts';
import type { Retrieve } from './retrieve.ts';

/** Clips an answer is made from where all are wanted and the model's context must hold them. */
const MOST_CLIPS = 200;
/** Share of a claim's words that its clips must hold where they hardly hold the question. */
const LEAST = 0.6;

export interface ModelAsk {
  readonly catalogue: Catalogue;
  readonly retrieve: Retrieve;
  /** Answers in quotes: where no model is set, none can serve, or nothing was found. */
  readonly extractive: Ask;
  /** The model in use; undefined where none is set. */
  readonly answerer: () => Answerer | undefined;
  /** Told why a model that is set did not answer. */
  readonly onTrouble: (message: string) => void;
}

function linesOf({ hit, place }: Finding): readonly Line[] {
  return orderLines([...place.window.lines, ...hit.evidence]).filter(({ kind }) => kind !== 'facts');
}

/** Are most words of a claim in the lines it cites? */
function rests(claim: string, lines: readonly Line[], language: string): boolean {
  const there = new Set(lines.flatMap((line) => analyse(line.text, line.language ?? language).split(' ')));
  const said = analyse(claim, language).split(' ').filter(Boolean);
  return said.length > 0 && said.filter((term) => there.has(term)).length >= said.length * LEAST;
}

/**
 * Answers as Goldfish does (arXiv 2407.12679): the k best clips and nothing else go to a language model, which must
 * cite them. A sentence that cites none of them never reaches the person; where the clips hardly hold the question,
 * neither does one whose words they do not hold. Where the model finds no answer or writes
 * nothing that is cited, the answer is the extractive one.
 */
export function createModelAsk({ catalogue, retrieve, extractive, answerer, onTrouble }: ModelAsk): Ask {
  return async (question, k, scope, onDelta, signal) => {
    const model = answerer();
    const quotes = () => extractive(question, k, scope, onDelta, signal);
    if (!model) return quotes();
    const limit = k < 0 ? MOST_CLIPS : Math.max(1, k);
    const found = await retrieve(question, limit, scope, signal);
    const nearest = found.findings.slice(0, limit);
    // Where the words of the question are hardly there the clips may still answer in other ones.
    const findings = found.grounded ? nearest.filter(({ hit }, i) => i === 0 || !hit.weak) : nearest;
    if (findings.length === 0) return quotes();
    const evidence = findings.map(({ hit, place }, i): Evidence => {
      const copy = catalogue.copy(hit.uri);
      const title = copy ? nameOf(copy, catalogue.video(hit.videoId)) : '';
      const lines = linesOf({ hit, place });
      return { n: i + 1, title, range: place.window, lines };
    });
    const cited = createCitedText(
      evidence.length,
      (claim, numbers) =>
        found.grounded ||
        numbers.some((n) => rests(claim, evidence[n - 1]?.lines ?? [], found.question.language)),
    );
    let answer = '';
    const show = (text: string) => {
      if (!text) return;
      answer += text;
      onDelta(text);
    };
    const messages = [
      { role: 'system', text: ANSWER_RULES },
      { role: 'user', text: answerPrompt(question, evidence, model.words) },
    ] as const;
    try {
      await model.answer(messages, (delta) => show(cited.push(delta)), signal);
      show(cited.end());
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      onTrouble(`${model.name} did not answer: ${error.message} ${error.remedy}`);
    }
    if (answer === '') return quotes();
    const citations = cited.cited().flatMap(({ n, claim }, i): readonly Citation[] => {
      const finding = findings[n - 1];
      if (!finding) return [];
      const { clipId, uri, startMs, endMs, link } = finding.hit;
      const said = excerpt(analyseQuestion(claim, [found.question.language]), linesOf(finding), finding.hit);
      const quote = said.map(({ text }) => text).join(' ') || (finding.hit.evidence[0]?.text ?? '');
      return [{ n: i + 1, clipId, uri, startMs, endMs, link, quote }];
    });
    return { answer, citations, grounded: true, hits: found.findings.map(({ hit }) => hit) };
  };
}
