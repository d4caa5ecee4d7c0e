import { clock } from '../core/clock.ts';
import type { Answer, Citation, Scope } from '../core/hit.ts';
import { nameOf } from '../core/outline.ts';
import { overview, type Section } from '../core/overview.ts';
import type { Question } from '../core/question.ts';
import type { Copy } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import { citationOf, quoted } from './cite.ts';
import type { Finding } from './hits.ts';
import { quoteOf } from './quote.ts';
import type { Retrieve, Retrieved } from './retrieve.ts';
import { allowedBy } from './scope.ts';
import { wholeVideos } from './wholeVideos.ts';

/**
 * Answers from `k` clips (-1: all) in quotes alone; each piece of text goes to `onDelta` as it is found, and the
 * Answer holds all of it. Rejects with the signal's reason.
 */
export type Ask = (
  question: string,
  k: number,
  scope: Scope,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
) => Promise<Answer>;

const NOTHING_INDEXED = 'Nothing is indexed here yet. Add a folder or index a file, then ask again.';
const NOTHING_FOUND = 'Nothing in the index answers this.';
const NEAREST = `${NOTHING_FOUND} The nearest places hold only part of what was asked.`;
const WHICH = 'This asks about a whole video, and several are indexed. Name one; these are the newest.';
/** Hits shown beside an honest "nothing found". */
const SHOWN = 3;

/** Text that grows line by line, each line told as it comes. */
function writer(onDelta: (delta: string) => void) {
  let text = '';
  return {
    line(line: string): void {
      const delta = text === '' ? line : `\n${line}`;
      text += delta;
      onDelta(delta);
    },
    text: () => text,
  };
}

export function createAsk(store: Store, catalogue: Catalogue, retrieve: Retrieve): Ask {
  return async (input, k, scope, onDelta, signal) => {
    const out = writer(onDelta);
    const found = await retrieve(input, k < 0 ? k : Math.max(k, SHOWN), scope, signal);
    const hits = found.findings.map(({ hit }) => hit);
    const allowed = allowedBy(catalogue, scope, found.query).copies();
    if (allowed.length === 0) {
      out.line(NOTHING_INDEXED);
      return { answer: out.text(), citations: [], grounded: false, hits };
    }
    const whole = wholeVideos(input, found.question, catalogue, allowed);
    if (whole.length > 0) {
      const citations = await outlines(store, catalogue, whole, k, out, signal);
      if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
    }
    const used = found.grounded ? quotable(found, k) : [];
    const citations = quotes(catalogue, found.question, used, out);
    if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
    out.line([hits.length > 0 ? NEAREST : NOTHING_FOUND, ...meant(found.question)].join(' '));
    return { answer: out.text(), citations: [], grounded: false, hits };
  };
}

/** What was looked for in the place of words that stand nowhere. */
function meant(question: Question): readonly string[] {
  return question.concepts.flatMap(({ plain, typed }) =>
    typed === undefined ? [] : [`“${typed}” stands nowhere; the nearest word is “${plain}”.`],
  );
}

/** What an answer may rest on: the first `k`, without those too thin; the best one always. */
function quotable({ findings }: Retrieved, k: number): readonly Finding[] {
  const some = k < 0 ? findings : findings.slice(0, Math.max(1, k));
  return some.filter(({ hit }, i) => i === 0 || !hit.weak);
}

function quotes(
  catalogue: Catalogue,
  question: Question,
  findings: readonly Finding[],
  out: ReturnType<typeof writer>,
): readonly Citation[] {
  const citations: Citation[] = [];
  for (const finding of findings) {
    const copy = catalogue.copy(finding.hit.uri);
    const said = quoteOf(question, finding);
    if (!copy || said.length === 0) continue;
    const n = citations.length + 1;
    const citation = citationOf(catalogue, copy, said, n);
    if (citations.some(({ quote }) => quote === citation.quote)) continue;
    citations.push(citation);
    out.line(quoted(said, n));
  }
  return citations;
}

/** Outlines of the first `k` videos (-1: all) that have any words. */
async function outlines(
  store: Store,
  catalogue: Catalogue,
  copies: readonly Copy[],
  k: number,
  out: ReturnType<typeof writer>,
  signal: AbortSignal,
): Promise<readonly Citation[]> {
  const told: { readonly copy: Copy; readonly sections: readonly Section[] }[] = [];
  for (const copy of copies) {
    signal.throwIfAborted();
    if (k >= 0 && told.length >= Math.max(1, k)) break;
    const rows = await store.descriptions(copy.videoId, copy.uri);
    const record = catalogue.video(copy.videoId);
    const lines = rows.flatMap((row) => row.lines);
    const sections = overview(lines, record?.probe.durationMs ?? 0, record?.probe.chapters ?? []);
    if (sections.length > 0) told.push({ copy, sections });
  }
  if (told.length > 1) out.line(WHICH);
  const citations: Citation[] = [];
  for (const { copy, sections } of told) {
    if (told.length > 1) out.line(`${nameOf(copy, catalogue.video(copy.videoId))}:`);
    for (const { startMs, title, sentence } of sections) {
      const n = citations.length + 1;
      citations.push(citationOf(catalogue, copy, [sentence], n));
      const at = clock(title ? startMs : sentence.startMs);
      out.line(`${at} ${title ? `${title}: ` : ''}${quoted([sentence], n)}`);
    }
  }
  return citations;
}
