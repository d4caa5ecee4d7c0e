import { clock } from '../core/clock.ts';
import type { Answer, Citation, Hit } from '../core/hit.ts';
import { orderLines } from '../core/lines.ts';
import { LONGEST_HIT_MS } from '../core/moment.ts';
import { nameOf } from '../core/outline.ts';
import { asksForAll, overview, type Section } from '../core/overview.ts';
import type { Question } from '../core/question.ts';
import { overlapMs } from '../core/range.ts';
import { type Sentence, sentences } from '../core/sentences.ts';
import type { Copy } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import { type Ask, type Asked, type Writer, writer } from './asked.ts';
import type { Catalogue } from './catalogue.ts';
import { citationOf, quoted } from './cite.ts';
import type { Find, Found } from './found.ts';
import type { Finding } from './hits.ts';
import { quoteOf } from './quote.ts';

const NOTHING_INDEXED = 'Nothing is indexed here yet. Add a folder or index a file, then ask again.';
const NOTHING_FOUND = 'Nothing in the index answers this.';
const NEAREST = `${NOTHING_FOUND} The nearest places hold only part of what was asked.`;
const WHICH = 'This asks about a whole video, and several are indexed. Name one; these are the newest.';
/** Hits shown beside an honest "nothing found". */
const SHOWN = 3;

/** Hits that go with an answer where all were asked for. */
const MOST_HITS = 1000;
/** Places that are listed where every one was asked for. */
const LISTED = 50;
/** Sentences that are quoted of a clip which answers by where it lies. */
const IN_ORDER = 2;

/** How many places to find for a question; some more than `k`, to show what is near where nothing answers. */
export function wanted({ question, k }: Pick<Asked, 'question' | 'k'>): number {
  return k < 0 || asksForAll(question) ? -1 : Math.max(k, SHOWN);
}

/** Answers from `k` clips (-1: all) in quotes alone. */
export function createAsk(store: Store, catalogue: Catalogue, find: Find): Ask {
  return async (asked, onDelta, signal) => {
    const found = await find(asked, wanted(asked), signal);
    return inQuotes({ store, catalogue }, asked, found, onDelta, signal);
  };
}

/** The answer in quotes to what was found. */
export async function inQuotes(
  { store, catalogue }: { readonly store: Store; readonly catalogue: Catalogue },
  { question, k }: Pick<Asked, 'question' | 'k'>,
  found: Found,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const out = writer(onDelta);
  const every = asksForAll(question) && !found.rate;
  const hits = hitsOf(found);
  if (found.allowed.length === 0) {
    out.line(NOTHING_INDEXED);
    return { answer: out.text(), citations: [], grounded: false, hits };
  }
  if (found.whole.length > 0) {
    const citations = await outlines(store, catalogue, found.whole, k, out, signal);
    if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
  }
  const used = found.grounded ? quotable(found, every ? -1 : k) : [];
  const citations = quotes(catalogue, found, every ? used.slice(0, LISTED) : used, out);
  if (every && citations.length > 0) out.line(countLine(citations.length, used.length));
  if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
  out.line([hits.length > 0 ? NEAREST : NOTHING_FOUND, ...meant(found.question)].join(' '));
  return { answer: out.text(), citations: [], grounded: false, hits };
}

/** What was found, as it is shown beside an answer. */
export function hitsOf({ findings }: Found): readonly Hit[] {
  return findings.slice(0, MOST_HITS).map(({ hit }) => hit);
}

/** The count of what is listed above it, and of nothing else. */
function countLine(listed: number, found: number): string {
  if (found > LISTED) return `The best ${listed} of ${found} places.`;
  return listed === 1 ? '1 place in all.' : `${listed} places in all.`;
}

/** What was looked for in the place of words that stand nowhere. */
function meant(question: Question): readonly string[] {
  return question.concepts.flatMap(({ plain, typed }) =>
    typed === undefined ? [] : [`“${typed}” stands nowhere; the nearest word is “${plain}”.`],
  );
}

/** What an answer may rest on: the first `k`, without those too thin; the best one always. */
function quotable({ findings }: Found, k: number): readonly Finding[] {
  const some = k < 0 ? findings : findings.slice(0, Math.max(1, k));
  return some.filter(({ hit }, i) => i === 0 || !hit.weak);
}

/** What stands in a place that answers by where it lies: its first sentences, or the last ones before something. */
function inOrder({ hit, place }: Finding, order: Found['order']): readonly Sentence[] {
  const all = sentences(orderLines([...place.window.lines]));
  const near = all.filter((sentence) => overlapMs(sentence, hit) > 0);
  const said = near.length > 0 ? near : all;
  const few = order === 'before' ? said.slice(-IN_ORDER) : said.slice(0, IN_ORDER);
  return few.map((one) => ({ ...one, endMs: Math.min(one.endMs, one.startMs + LONGEST_HIT_MS) }));
}

function quotes(
  catalogue: Catalogue,
  { question, order }: Found,
  findings: readonly Finding[],
  out: Writer,
): readonly Citation[] {
  const citations: Citation[] = [];
  for (const finding of findings) {
    const copy = catalogue.copy(finding.hit.uri);
    const said = order ? inOrder(finding, order) : quoteOf(question, finding);
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
  out: Writer,
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
