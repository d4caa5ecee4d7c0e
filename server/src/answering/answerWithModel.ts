import { createCitedText } from '../core/citedText.ts';
import type { Answer, Citation } from '../core/hit.ts';
import { asksForAll } from '../core/overview.ts';
import { UnavailableError } from '../core/unavailable.ts';
import type { Answerer, Message } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import { hitsOf, inQuotes, wanted } from './answer.ts';
import { messagesOver } from './answerOver.ts';
import { type Ask, type Asked, writer } from './asked.ts';
import { type Listed, listed } from './everyClip.ts';
import type { Find, Found } from './found.ts';
import { BlindError, type Eyes } from './look.ts';
import { inspected, type Looked, lookedAt, shortVideo } from './looking.ts';
import { overVideos } from './overVideos.ts';
import { citationsOf, evidenceOf, rests, type Source, sourceOf } from './sources.ts';
import type { SummaryParts } from './summaries.ts';

export interface ModelAsk extends SummaryParts {
  readonly find: Find;
  readonly decoder: Eyes['decoder'];
  /** The model in use; undefined where none is set: answers are then quotes, or what was seen. */
  readonly answerer: () => Answerer | undefined;
  /** Looks at frames; undefined where none is in use. */
  readonly captioner: () => Captioner | undefined;
  /** Videos of at most so many minutes are shown to the captioner whole; 0: none. */
  readonly wholeMinutes: () => number;
  /** Told why a model that is set did not answer. */
  readonly onTrouble: (message: string) => void;
}

const NO_EYES =
  'The frames were not looked at again: no captioner is in use. "goldfish models" tells how to get one, or set models.captioner.';
const WHOLE_NOT_INSPECTED =
  'The frames were not looked at again: this asks about a whole video, and only clips that were found are looked at.';

/** What an answer is written from. */
interface Material {
  readonly sources: readonly Source[];
  readonly messages: (signal: AbortSignal) => Promise<readonly Message[]>;
  /** A claim must stand in the words of its clips: they hardly hold the question. */
  readonly strict: boolean;
}

/**
 * Answers as Goldfish does (arXiv 2407.12679): the k best clips and nothing else go to a language model, which must
 * cite them. A sentence that cites none of them never reaches the person; where the clips hardly hold the question,
 * neither does one whose words they do not hold.
 *
 * A question about whole videos goes over all their clips, by way of summaries that are kept; one that asks for every time
 * goes over all clips of its scope where they are few, else over all that were found, and is answered by a list. With
 * `inspect` a vision-language model looks again at the frames of the clips found, and what it sees is evidence of them. A short
 * video that the question means by itself is shown to it whole (see `shortVideo`). Without a language model the answer is
 * what was seen, each sentence with its clip. Where a model finds no answer, cannot serve, or writes nothing that is cited,
 * the answer is quotes.
 */
export function createModelAsk(parts: ModelAsk): Ask {
  const { catalogue, onTrouble } = parts;
  return async (asked, onDelta, signal) => {
    const model = asked.answerer ?? parts.answerer();
    const captioner = parts.captioner();
    const eyes = captioner && { captioner, decoder: parts.decoder };
    const found = await parts.find(asked, wanted(asked), signal);
    const remarks: string[] = [];
    if (asked.inspect && !eyes) remarks.push(NO_EYES);
    const answer =
      (await modelAnswer({ asked, found, model, eyes, remarks }, onDelta, signal)) ??
      (await inQuotes(parts, asked, found, onDelta, signal));
    let text = answer.answer;
    for (const remark of remarks) {
      onDelta(`\n${remark}`);
      text += `\n${remark}`;
    }
    return { ...answer, answer: text };
  };

  interface Work {
    readonly asked: Asked;
    readonly found: Found;
    readonly model: Answerer | undefined;
    readonly eyes: Eyes | undefined;
    /** Told to the person below the answer. */
    readonly remarks: string[];
  }

  /** Undefined where quotes must do; nothing was told then. */
  async function modelAnswer(
    work: Work,
    onDelta: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const { asked, found, model, eyes, remarks } = work;
    if (found.allowed.length === 0) return undefined;
    const out = writer(onDelta);
    const done = (citations: readonly Citation[]): Answer | undefined =>
      out.text() === '' ? undefined : { answer: out.text(), citations, grounded: true, hits: hitsOf(found) };
    try {
      if (model && asksForAll(asked.question) && !found.rate) {
        const list: Listed = await listed(parts, model, asked, found, out, signal);
        remarks.push(...list.remarks);
        return done(list.citations);
      }
      const looked = eyes && (await lookFirst(work, eyes, out.add, signal));
      if (looked?.citations) return done(looked.citations);
      if (!model) return undefined;
      const material = await materialOf(work, model, looked, signal);
      if (material.sources.length === 0) return undefined;
      const { sources, strict } = material;
      const { language } = found.question;
      const stands = (claim: string, numbers: readonly number[]) =>
        numbers.some((n) => rests(claim, sources[n - 1]?.lines ?? [], language));
      const cited = createCitedText(sources.length, strict ? { stands } : {});
      try {
        const messages = await material.messages(signal);
        await model.answer(messages, (delta) => out.add(cited.push(delta)), signal);
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        // What was told already stands.
        failed(model, error);
      }
      out.add(cited.end());
      return done(citationsOf(sources, cited.cited(), language));
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      if (model) failed(model, error);
      return undefined;
    }
  }

  function failed({ name }: Answerer, { message, remedy }: UnavailableError): void {
    onTrouble(`${name} did not answer: ${message} ${remedy}`);
  }

  /** What the vision-language model sees, where it is to look. A look that fails is told and does without. */
  async function lookFirst(
    { asked, found, model, remarks }: Omit<Work, 'eyes'>,
    eyes: Eyes,
    tell: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Looked | undefined> {
    const video = shortVideo(parts.catalogue, found, parts.wholeMinutes(), model !== undefined);
    try {
      if (asked.inspect && found.whole.length === 0) {
        const looked = await inspected(parts, eyes, asked, found, model ? undefined : tell, signal);
        remarks.push(...looked.remarks);
        if (looked.sources.length > 0) return looked;
      }
      if (video) {
        const looked = await lookedAt(
          parts,
          eyes,
          video,
          asked,
          found.question,
          model ? undefined : tell,
          signal,
        );
        remarks.push(...(looked?.remarks ?? []));
        return looked;
      }
      if (asked.inspect && found.whole.length > 0) remarks.push(WHOLE_NOT_INSPECTED);
    } catch (error) {
      if (!(error instanceof BlindError)) throw error;
      onTrouble(`${eyes.captioner.name} did not look: ${error.message}`);
      if (asked.inspect) remarks.push(`The frames could not be looked at again: ${error.message}`);
    }
    return undefined;
  }

  /** What the model is given: what was looked at, whole videos, or the best clips. */
  async function materialOf(
    { asked, found, remarks }: Work,
    model: Answerer,
    looked: Looked | undefined,
    signal: AbortSignal,
  ): Promise<Material> {
    const { question, k, conversation = [] } = asked;
    if (!looked && found.whole.length > 0) {
      const over = await overVideos(parts, model, asked, found, signal);
      remarks.push(...over.remarks);
      return { ...over, strict: false };
    }
    const best = k < 0 ? found.findings : found.findings.slice(0, Math.max(1, k));
    // Where the words of the question are hardly there the clips may still answer in other ones.
    const used = found.grounded ? best.filter(({ hit }, i) => i === 0 || !hit.weak) : best;
    const anchored = found.anchor ? [found.anchor, ...used] : used;
    const sources = looked?.sources ?? anchored.map(sourceOf);
    const evidence = evidenceOf(catalogue, sources);
    return {
      sources,
      strict: !found.grounded && found.whole.length === 0,
      messages: (stop) => messagesOver(model, question, evidence, k < 0, conversation, stop),
    };
  }
}
