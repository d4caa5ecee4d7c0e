import type { Evidence } from '../core/answerPrompt.ts';
import { createCitedText } from '../core/citedText.ts';
import { clipIdOf } from '../core/clipId.ts';
import type { Line } from '../core/description.ts';
import { excerpt } from '../core/excerpt.ts';
import type { Citation, Hit } from '../core/hit.ts';
import { orderLines } from '../core/lines.ts';
import { mediaLink } from '../core/mediaLink.ts';
import { nameOf } from '../core/outline.ts';
import { asksForAll } from '../core/overview.ts';
import { analyseQuestion } from '../core/question.ts';
import type { TimeRange } from '../core/range.ts';
import { UnavailableError } from '../core/unavailable.ts';
import type { Copy } from '../core/video.ts';
import { analyse } from '../core/words.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Store } from '../ports/store.ts';
import type { Ask } from './answer.ts';
import { messagesOver } from './answerOver.ts';
import type { Catalogue } from './catalogue.ts';
import type { Finding } from './hits.ts';
import type { Retrieve } from './retrieve.ts';
import { allowedBy } from './scope.ts';
import { wholeVideos } from './wholeVideos.ts';

/** Clips an answer is made from where all are wanted and the model's context must hold them. */
const MOST_CLIPS = 200;
/** Share of a claim's words that its clips must hold where they hardly hold the question. */
const LEAST = 0.6;

export interface ModelAsk {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly retrieve: Retrieve;
  /** Answers in quotes: where no model is set, none can serve, or nothing was found. */
  readonly extractive: Ask;
  /** The model in use; undefined where none is set. */
  readonly answerer: () => Answerer | undefined;
  /** Told why a model that is set did not answer. */
  readonly onTrouble: (message: string) => void;
}

/** A clip that an answer may cite, with all that is known of it. */
interface Source extends Pick<Hit, 'clipId' | 'uri' | 'startMs' | 'endMs' | 'link'> {
  readonly range: TimeRange;
  /** In time order. */
  readonly lines: readonly Line[];
  /** Where no line fits a claim. */
  readonly quote: string;
}

const told = (lines: readonly Line[]) =>
  orderLines(lines.filter(({ kind }) => kind !== 'facts' && kind !== 'frame'));

function found({ hit, place }: Finding): Source {
  const { clipId, uri, startMs, endMs, link } = hit;
  const lines = told([...place.window.lines, ...hit.evidence]);
  const quote = hit.evidence[0]?.text ?? '';
  return { clipId, uri, startMs, endMs, link, range: place.window, lines, quote };
}

/** Every clip of whole videos that says anything, in order. */
async function clipsOf(
  store: Store,
  catalogue: Catalogue,
  copies: readonly Copy[],
  signal: AbortSignal,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const { videoId, uri } of copies) {
    signal.throwIfAborted();
    const rows = await store.descriptions(videoId, uri);
    for (const clip of catalogue.video(videoId)?.clips ?? []) {
      const clipId = clipIdOf(videoId, clip);
      const lines = told(rows.filter((row) => row.clipId === clipId).flatMap((row) => row.lines));
      const { startMs, endMs } = clip;
      const quote = lines[0]?.text ?? '';
      if (quote)
        sources.push({ clipId, uri, startMs, endMs, link: mediaLink(uri, clip), range: clip, lines, quote });
    }
  }
  return sources.slice(0, MOST_CLIPS);
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
 * neither does one whose words they do not hold. A question about whole videos goes over all their clips, one that asks
 * for every time over all that were found. Where the model finds no answer or writes nothing that is cited, the answer
 * is the extractive one.
 */
export function createModelAsk(parts: ModelAsk): Ask {
  const { store, catalogue, retrieve, extractive, answerer, onTrouble } = parts;
  return async (question, k, scope, onDelta, signal) => {
    const model = answerer();
    const quotes = () => extractive(question, k, scope, onDelta, signal);
    if (!model) return quotes();
    const every = asksForAll(question);
    const limit = k < 0 || every ? MOST_CLIPS : Math.max(1, k);
    const { query, question: asked, findings, grounded } = await retrieve(question, limit, scope, signal);
    const allowed = allowedBy(catalogue, scope, query).copies();
    const videos = wholeVideos(question, asked, catalogue, allowed).slice(
      0,
      k < 0 ? undefined : Math.max(1, k),
    );
    const whole = videos.length > 0;
    const nearest = findings.slice(0, limit);
    // Where the words of the question are hardly there the clips may still answer in other ones.
    const best = grounded && !every ? nearest.filter(({ hit }, i) => i === 0 || !hit.weak) : nearest;
    const sources = whole ? await clipsOf(store, catalogue, videos, signal) : best.map(found);
    if (sources.length === 0) return quotes();
    const evidence = sources.map(({ uri, range, lines }, i): Evidence => {
      const copy = catalogue.copy(uri);
      return { n: i + 1, title: copy ? nameOf(copy, catalogue.video(copy.videoId)) : '', range, lines };
    });
    const stands = (claim: string, numbers: readonly number[]) =>
      numbers.some((n) => rests(claim, sources[n - 1]?.lines ?? [], asked.language));
    const cited = createCitedText(sources.length, grounded || whole ? {} : { stands });
    let answer = '';
    const show = (text: string) => {
      if (!text) return;
      answer += text;
      onDelta(text);
    };
    try {
      const messages = await messagesOver(model, question, evidence, whole || limit === MOST_CLIPS, signal);
      await model.answer(messages, (delta) => show(cited.push(delta)), signal);
      show(cited.end());
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      onTrouble(`${model.name} did not answer: ${error.message} ${error.remedy}`);
    }
    if (answer === '') return quotes();
    const citations = cited.cited().flatMap(({ n, claim }, i): readonly Citation[] => {
      const source = sources[n - 1];
      if (!source) return [];
      const { clipId, uri, startMs, endMs, link, lines } = source;
      const said = excerpt(analyseQuestion(claim, [asked.language]), lines, source);
      const quote = said.map(({ text }) => text).join(' ') || source.quote;
      return [{ n: i + 1, clipId, uri, startMs, endMs, link, quote }];
    });
    return { answer, citations, grounded: true, hits: findings.map(({ hit }) => hit) };
  };
}
