import { answers } from '../core/abstain.ts';
import { plainText } from '../core/demands.ts';
import type { Exchange } from '../core/exchange.ts';
import { followUp, spokenOf } from '../core/followUp.ts';
import type { Scope } from '../core/hit.ts';
import { isMoment } from '../core/lines.ts';
import { isVideoWord, overviewOf, withoutCounting } from '../core/overview.ts';
import { analyseQuestion, type Question } from '../core/question.ts';
import { overlapMs, type TimeRange } from '../core/range.ts';
import { holds } from '../core/rescore.ts';
import { rangeOf, type TimeAsked, timeAsked } from '../core/timeWords.ts';
import type { Copy } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import type { Find, Found } from './found.ts';
import type { Finding } from './hits.ts';
import { NEAR_MS, placed } from './placed.ts';
import type { Retrieve } from './retrieve.ts';
import { allowedBy } from './scope.ts';
import { toldRate } from './toldRate.ts';
import { bestNamed, once, termsOfNames, wholeVideos } from './wholeVideos.ts';

export interface FindParts {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly retrieve: Retrieve;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** IANA time zone, in which "yesterday" begins. */
  readonly zone: string;
}

/** Places among which those are that hold a follow-up's own words. */
const WIDE = 12;
/** Of the words of a question: all of them. */
const ALL = 0.99;
/** What is asked of any part of any video. */
const DOES =
  /^(?:speak\w*|spoke\w*|talk\w*|show\w*|shown|appear\w*|end\w*|start\w*|begin\w*|began|goes|going|next|do|does|did|pasa|passe|passiert)$/;
/** Clips of a part of a video, or beside a place, where all are wanted. */
const MOST_PLACED = 50;

function narrower(scope: Scope, recorded: TimeAsked['recorded']): Scope {
  if (!recorded) return scope;
  return {
    ...scope,
    recordedFromMs: Math.max(scope.recordedFromMs ?? Number.NEGATIVE_INFINITY, recorded.fromMs),
    recordedToMs: Math.min(scope.recordedToMs ?? Number.POSITIVE_INFINITY, recorded.toMs),
  };
}

/** Just what holds the words: a hit shows a cue more on either side. */
function spanOf({ hit, place }: Finding): TimeRange {
  const moments = place.evidence.filter(isMoment);
  if (moments.length === 0) return hit;
  return {
    startMs: Math.max(hit.startMs, Math.min(...moments.map(({ startMs }) => startMs))),
    endMs: Math.min(hit.endMs, Math.max(...moments.map(({ endMs }) => endMs))),
  };
}

/**
 * Looks where a question says: on a day of recording, in a part of a video, before or after something else in it. What
 * it says of time counts only where something is found by it, and not where the best place holds those very words: the
 * question is looked for as it stands then. A follow-up is looked for with what it leaves unsaid.
 */
export function createFind({ store, catalogue, retrieve, now, zone }: FindParts): Find {
  const shelf = { store, catalogue };
  interface Looking {
    readonly scope: Scope;
    readonly conversation: readonly Exchange[];
    readonly signal: AbortSignal;
  }

  /** By words alone. */
  async function byWords(question: string, k: number, of: Looking): Promise<Found> {
    const { scope, conversation, signal } = of;
    const more = followUp(question, conversation);
    const look = async (text: string, count: number): Promise<Found> => {
      const found = await retrieve(text, count, scope, signal);
      const left = allowedBy(catalogue, scope, found.query);
      const allowed = left.copies();
      const whole = wholeVideos(text, found.question, catalogue, allowed);
      return { ...found, text, scope, allowed, narrowed: !left.all, whole };
    };
    if (!more?.leans) {
      const alone = await look(question, k);
      const helped = more && !alone.grounded ? await look(more.text, k) : alone;
      return helped.grounded ? helped : alone;
    }
    const wide = await look(more.text, k < 0 ? k : Math.max(WIDE, k));
    if (wide.grounded) return { ...ownFirst(question, wide, k), whole: meant(question, wide) };
    const alone = await look(question, k);
    return alone.grounded ? alone : ownFirst(question, wide, k);
  }

  /**
   * What was carried over says where to look, and the follow-up's own words what for: places that hold more of these come
   * first, and quotes answer them.
   */
  function ownFirst(question: string, found: Found, k: number): Found {
    const own = analyseQuestion(question, [found.question.language]);
    const asked = own.strong.filter((id) => own.concepts[id]?.weak === false);
    if (asked.length === 0)
      return { ...found, findings: k < 0 ? found.findings : found.findings.slice(0, k) };
    const held = new Map(
      found.findings.map((finding) => {
        const terms = new Set(finding.place.window.terms.split(' '));
        return [finding, asked.filter((id) => holds(own, id, terms)).length];
      }),
    );
    const findings = [...found.findings].sort((a, b) => (held.get(b) ?? 0) - (held.get(a) ?? 0));
    return { ...found, question: own, findings: k < 0 ? findings : findings.slice(0, k) };
  }

  /** "And what is it about?" after a question that found its place: the video of that place. */
  function meant(question: string, found: Found): readonly Copy[] {
    const [best] = found.findings;
    if (found.whole.length > 0 || !best || !found.grounded || !overviewOf(question, [])) return found.whole;
    const copy = catalogue.copy(best.hit.uri);
    return copy ? [copy] : [];
  }

  const within = (copy: Copy, part: TimeAsked['part']): TimeRange => {
    const endMs = catalogue.video(copy.videoId)?.probe.durationMs ?? 0;
    return part ? rangeOf(part, endMs) : { startMs: 0, endMs };
  };
  const narrowedTo = (found: Found, keep: (finding: Finding) => boolean, k: number): Found => {
    const findings = found.findings.filter(keep);
    const shown = k < 0 ? findings : findings.slice(0, k);
    return {
      ...found,
      findings: shown,
      grounded: answers(findings.map(({ place }) => place)),
      whole: [],
      partial: true,
    };
  };
  const most = (k: number) => (k < 0 ? MOST_PLACED : k);

  /** The videos that a part may be of: the only one, those that are named, the one whose name holds what is asked. */
  function meantBy({ allowed, whole, question }: Found, k: number): readonly Copy[] {
    const all = once(allowed);
    if (all.length <= 1 || (whole.length > 0 && whole.length <= most(k)))
      return all.length <= 1 ? all : whole;
    return bestNamed(question, catalogue, all);
  }

  /** Does a question say nothing but where to look? Its words name the video, or what anything does. */
  function asksForPlace(question: Question, copy: Copy): boolean {
    const terms = termsOfNames(catalogue, copy, question.language);
    return question.concepts.every(
      ({ weak, plain }, id) => weak || DOES.test(plain) || isVideoWord(plain) || holds(question, id, terms),
    );
  }

  /** In a part of videos: places that hold the words, else what lies there. */
  async function inPart(time: TimeAsked, k: number, of: Looking): Promise<Found | undefined> {
    const { part } = time;
    if (!part) return undefined;
    const all = await byWords(time.question, -1, of);
    const inside = narrowedTo(
      all,
      ({ hit }) => {
        const copy = catalogue.copy(hit.uri);
        return copy !== undefined && overlapMs(hit, within(copy, part)) > 0;
      },
      k,
    );
    if (inside.grounded) return inside;
    const copies = meantBy(all, k).filter((copy) => asksForPlace(all.question, copy));
    const late = part.kind === 'last' || (part.kind === 'share' && part.to === 1);
    const findings: Finding[] = [];
    for (const copy of copies) {
      const count = Math.max(1, Math.floor(most(k) / copies.length));
      findings.push(...(await placed(shelf, copy, within(copy, part), count, late, of.signal)));
    }
    if (findings.length === 0) return undefined;
    return { ...all, findings, grounded: true, whole: [], order: 'part' };
  }

  /** Beside something: the place that holds it is found first. */
  async function besideIt(time: TimeAsked, plain: Found, k: number, of: Looking): Promise<Found | undefined> {
    const { beside } = time;
    if (!beside) return undefined;
    const anchorText = beside.anchor || spokenOf(of.conversation).join(' ');
    if (anchorText === '') return undefined;
    const anchors = await byWords(anchorText, 1, { ...of, conversation: [] });
    const [anchor] = anchors.findings;
    const copy = anchor && catalogue.copy(anchor.hit.uri);
    if (!anchor || !copy || !anchors.grounded) return undefined;
    const { side } = beside;
    const whole = within(copy, time.part);
    const at = spanOf(anchor);
    const range: TimeRange =
      side === 'after'
        ? { startMs: at.endMs, endMs: whole.endMs }
        : { startMs: whole.startMs, endMs: at.startMs };
    if (range.endMs <= range.startMs) return undefined;
    if (time.question !== '') {
      const scope = { ...of.scope, uris: [copy.uri] };
      const rest = await byWords(time.question, -1, { ...of, scope, conversation: [] });
      const bare = asksForPlace(rest.question, copy);
      // "How do I feed it before a holiday?": one place tells of both, and nothing is asked of its neighbours.
      if (!bare && (plain.findings[0]?.place.share ?? 0) > ALL) return undefined;
      const fits = narrowedTo(rest, ({ hit }) => hit.startMs >= range.startMs && hit.endMs <= range.endMs, k);
      if (fits.grounded) return { ...fits, anchor };
      if (!bare) return undefined;
    }
    const near =
      side === 'after'
        ? { ...range, endMs: Math.min(range.endMs, range.startMs + NEAR_MS) }
        : { ...range, startMs: Math.max(range.startMs, range.endMs - NEAR_MS) };
    const findings = await placed(shelf, copy, near, most(k), side === 'before', of.signal);
    if (findings.length === 0) return undefined;
    return { ...anchors, text: time.question, findings, whole: [], order: side, anchor };
  }

  /** A day is enough to say what is meant where nothing else is asked: the recordings of it. */
  async function onDay(time: TimeAsked, k: number, of: Looking): Promise<Found | undefined> {
    const found = await byWords(`${time.question} ${time.beside?.anchor ?? ''}`.trim(), k, of);
    if (found.allowed.length === 0) return undefined;
    const bare = found.question.concepts.every(({ weak }) => weak);
    return bare && found.whole.length === 0 ? { ...found, whole: once(found.allowed) } : found;
  }

  /** Does the best place hold what was taken for a word about time? Then that is what the question is about. */
  function literally(time: TimeAsked, plain: Found): boolean {
    const said = plainText(plain.findings[0]?.place.evidence.map(({ text }) => text).join(' ') ?? '');
    return (
      plain.grounded &&
      time.words.length > 0 &&
      time.words.some((words) => ` ${said} `.includes(` ${plainText(words)} `))
    );
  }

  const look: Find = async ({ question: whole, scope, conversation = [] }, k, signal) => {
    const question = withoutCounting(whole);
    const plainly: Looking = { scope, conversation, signal };
    const time = timeAsked(question, now(), zone);
    const plain = await byWords(question, k, plainly);
    if (!time.recorded && !time.part && !time.beside) return plain;
    if (literally(time, plain)) return plain;
    const narrowed: Looking = { ...plainly, scope: narrower(scope, time.recorded) };
    const found =
      (await besideIt(time, plain, k, narrowed)) ??
      (await inPart(time, k, narrowed)) ??
      (time.recorded && (await onDay(time, k, narrowed)));
    if (!found) return plain;
    const better = found.grounded || found.whole.length > 0 || (!plain.grounded && found.findings.length > 0);
    return better ? found : plain;
  };
  return async (asked, k, signal) => toldRate(asked.question, await look(asked, k, signal));
}
