import { createCitedText } from '../core/citedText.ts';
import { standing } from '../core/followUp.ts';
import type { Citation } from '../core/hit.ts';
import { mediaLink } from '../core/mediaLink.ts';
import { citedSentences } from '../core/summary.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { Asked } from './asked.ts';
import type { Catalogue } from './catalogue.ts';
import type { Found } from './found.ts';
import { BlindError, type Eyes, isNoAnswer, lookAtClip, lookAtWhole, seenLine } from './look.ts';
import { citationsOf, clipSources, restingOn, type Source, sourceOf } from './sources.ts';
import { once } from './wholeVideos.ts';

/** Clips whose frames are looked at for one question. */
const MOST_LOOKS = 8;
/** Clips of a video that are looked at where its words hold nothing of the question. */
const SPREAD_LOOKS = 4;

/** Clips with what was seen in them. */
export interface Looked {
  /** What was seen is among their lines; [] where nothing was. */
  readonly sources: readonly Source[];
  /** Set where what was seen was told as the answer. */
  readonly citations?: readonly Citation[];
  /** What a person should know of it. */
  readonly remarks: readonly string[];
}

interface Shelf {
  readonly store: Store;
  readonly catalogue: Catalogue;
}

const hasPictures = (record: VideoRecord | undefined) =>
  record?.probe.streams.some(({ kind }) => kind === 'video') ?? false;

/**
 * The one video that a question is to be shown whole for, at most `minutes` long (0: none):
 * - the only one that scope, dates and operators leave, or the only one that a question about whole videos names;
 * - the one that all good hits lie in, if a language model writes the answer (`writes`): without one, quotes answer at
 *   once what many clips hold, and a look may take a minute.
 * Not for a question about a part of a video, or what lies beside something: its clips are chosen already.
 */
export function shortVideo(
  catalogue: Catalogue,
  { allowed, whole, narrowed, findings, grounded, order, anchor }: Found,
  minutes: number,
  writes: boolean,
): Copy | undefined {
  if (minutes <= 0 || order || anchor) return undefined;
  const short = ({ videoId }: Copy) => {
    const record = catalogue.video(videoId);
    const lengthMs = record?.probe.durationMs ?? 0;
    return hasPictures(record) && lengthMs > 0 && lengthMs <= minutes * 60_000;
  };
  const left = once(allowed);
  const only = whole.length === 1 ? whole[0] : narrowed && left.length === 1 ? left[0] : undefined;
  if (only) return short(only) ? only : undefined;
  if (whole.length > 0 || !writes || !grounded) return undefined;
  const good = findings.filter(({ hit }, i) => i === 0 || !hit.weak);
  const [first] = good;
  const copy = first && catalogue.copy(first.hit.uri);
  return copy && short(copy) && good.every(({ hit }) => hit.videoId === copy.videoId) ? copy : undefined;
}

/** The same clip with what was seen in it; it is cited as a whole, for nobody knows at which frame it was seen. */
function withSeen(source: Source, clip: Source['range'], text: string, { captioner }: Eyes): Source {
  const { startMs, endMs } = clip;
  const seen = seenLine(text, clip, captioner);
  const lines = [...source.lines, seen];
  return { ...source, startMs, endMs, link: mediaLink(source.uri, clip), lines, quote: source.quote || text };
}

/**
 * Looks again at the frames of the clips found (the best eight; of the only video there is, where none was found), with
 * the question in hand. `tell`: what is seen is told as the answer, each sentence with its clip. Rejects with BlindError where no
 * clip could be looked at, and with the signal's reason.
 */
export async function inspected(
  { store, catalogue }: Shelf,
  eyes: Eyes,
  asked: Asked,
  found: Found,
  tell: ((text: string) => void) | undefined,
  signal: AbortSignal,
): Promise<Looked> {
  const { k, conversation = [] } = asked;
  const question = standing(asked.question, conversation);
  const best = k < 0 ? found.findings : found.findings.slice(0, Math.max(1, k));
  const places =
    best.length > 0
      ? best.map((finding) => ({ source: sourceOf(finding), clip: finding.hit.clip }))
      : (await spreadOver({ store, catalogue }, found)).map((source) => ({ source, clip: source.range }));
  const clips = new Map(places.map((place) => [place.source.clipId, place]));
  const chosen = [...clips.values()].slice(0, MOST_LOOKS);
  const all: Source[] = chosen.map(({ source }) => source);
  const remarks: string[] = [];
  let at = 0;
  let seen = 0;
  let told = false;
  const cited = createCitedText(chosen.length, { attach: () => [at + 1] });
  for (const { source, clip } of chosen) {
    const text = await lookAtClip(eyes, { ...source, clip }, question, signal).catch((error: unknown) => {
      // A clip of another file may still be seen.
      if (!(error instanceof BlindError) || chosen.length === 1) throw error;
      remarks.push(`A clip could not be looked at: ${error.message}`);
      return '';
    });
    // Numbers that the model writes mean nothing: it was shown one clip.
    const plain = text
      .replace(/\s*\[[\d\s,;–-]*\]/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (plain !== '') {
      seen += 1;
      all[at] = withSeen(source, clip, plain, eyes);
      // With the line's end no sentence waits for the next clip.
      const said = cited
        .push(`${plain}\n`)
        .trim()
        .replace(/\s*\n\s*/g, ' ');
      if (tell && said !== '') {
        tell(told ? `\n${said}` : said);
        told = true;
      }
    }
    at += 1;
  }
  if (clips.size > MOST_LOOKS)
    remarks.push(`The best ${MOST_LOOKS} of ${clips.size} clips were looked at again.`);
  if (seen === 0) {
    if (remarks.length === 0 && chosen.length > 0) remarks.push(nothingSeen(chosen.length));
    return { sources: [], remarks };
  }
  const citations = tell && citationsOf(all, cited.cited(), found.question.language);
  return { sources: all, remarks, ...(citations && { citations }) };
}

function nothingSeen(count: number): string {
  const what = count === 1 ? 'The frames of 1 clip were' : `The frames of ${count} clips were`;
  return `${what} looked at again, and show nothing of this.`;
}

/** Clips evenly over the only video that may be meant. */
async function spreadOver({ store, catalogue }: Shelf, { allowed }: Found): Promise<readonly Source[]> {
  const [copy, other] = once(allowed);
  if (!copy || other || !hasPictures(catalogue.video(copy.videoId))) return [];
  const rows = await store.descriptions(copy.videoId, copy.uri);
  const all = clipSources(copy, catalogue.video(copy.videoId)?.clips ?? [], rows, true);
  const count = Math.min(SPREAD_LOOKS, all.length);
  return Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)]).filter(
    (source) => source !== undefined,
  );
}

/**
 * Shows a whole short video with the question. What is said of a numbered part becomes a line of its clip; a sentence that
 * names none is given to the clip whose words hold it, and left out where none does. `tell`: it is told as the answer, as it
 * comes. Rejects with BlindError and the signal's reason.
 */
export async function lookedAt(
  { store, catalogue }: Shelf,
  eyes: Eyes,
  copy: Copy,
  { question, conversation = [] }: Asked,
  { language }: Found['question'],
  tell: ((text: string) => void) | undefined,
  signal: AbortSignal,
): Promise<Looked | undefined> {
  const rows = await store.descriptions(copy.videoId, copy.uri);
  const sources = clipSources(copy, catalogue.video(copy.videoId)?.clips ?? [], rows, true);
  const attach = (claim: string) => {
    if (isNoAnswer(claim)) return [];
    return sources.length === 1 ? [1] : restingOn(claim, sources, language);
  };
  const cited = createCitedText(sources.length, { attach, renumber: tell !== undefined });
  let told = '';
  const add = (text: string) => {
    told += text;
    tell?.(text);
  };
  const remarks: string[] = [];
  try {
    await lookAtWhole(
      eyes,
      sources,
      standing(question, conversation),
      (delta) => add(cited.push(delta)),
      signal,
    );
  } catch (error) {
    // What was told already stands.
    if (!(error instanceof BlindError) || told === '') throw error;
    remarks.push(`The look at the video broke off: ${error.message}`);
  }
  add(cited.end());
  if (told === '') return undefined;
  if (tell) {
    return { sources, citations: citationsOf(sources, cited.cited(), language), remarks };
  }
  const seen = [...sources];
  for (const { text, numbers } of citedSentences(told)) {
    for (const n of new Set(numbers)) {
      const source = seen[n - 1];
      if (source) seen[n - 1] = withSeen(source, source.range, text, eyes);
    }
  }
  return { sources: seen.filter(({ lines }) => lines.length > 0), remarks };
}
