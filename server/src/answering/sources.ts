import type { Evidence } from '../core/answerPrompt.ts';
import type { Cited } from '../core/citedText.ts';
import { clipIdOf } from '../core/clipId.ts';
import { clipHolding } from '../core/describe.ts';
import type { Description, Line } from '../core/description.ts';
import { excerpt } from '../core/excerpt.ts';
import type { Citation, Hit } from '../core/hit.ts';
import { orderLines } from '../core/lines.ts';
import { mediaLink } from '../core/mediaLink.ts';
import { nameOf } from '../core/outline.ts';
import { analyseQuestion } from '../core/question.ts';
import type { TimeRange } from '../core/range.ts';
import type { Copy } from '../core/video.ts';
import { analyse } from '../core/words.ts';
import type { Catalogue } from './catalogue.ts';
import type { Finding } from './hits.ts';

/** A clip that an answer may cite, with all that is known of it. */
export interface Source extends Pick<Hit, 'clipId' | 'uri' | 'startMs' | 'endMs' | 'link'> {
  readonly range: TimeRange;
  /** In time order. */
  readonly lines: readonly Line[];
  /** Where no line fits a claim. */
  readonly quote: string;
}

const told = (lines: readonly Line[]) =>
  orderLines(lines.filter(({ kind }) => kind !== 'facts' && kind !== 'frame'));

/** What a place that was found says. */
export function sourceOf({ hit, place }: Finding): Source {
  const { clipId, uri, startMs, endMs, link } = hit;
  const lines = told([...place.window.lines, ...hit.evidence]);
  const quote = hit.evidence[0]?.text ?? '';
  return { clipId, uri, startMs, endMs, link, range: place.window, lines, quote };
}

/** Every clip of a video, in order, each with its lines; those without any are left out unless `silent`. */
export function clipSources(
  { videoId, uri }: Copy,
  clips: readonly TimeRange[],
  rows: readonly Description[],
  silent = false,
): readonly Source[] {
  const byClip = new Map<TimeRange, Line[]>();
  for (const row of rows) {
    const clip = clipHolding(clips, row);
    if (!clip) continue;
    byClip.set(clip, [...(byClip.get(clip) ?? []), ...row.lines]);
  }
  return clips.flatMap((clip): readonly Source[] => {
    const lines = told(byClip.get(clip) ?? []);
    const { startMs, endMs } = clip;
    const quote = lines[0]?.text ?? '';
    if (!quote && !silent) return [];
    const clipId = clipIdOf(videoId, clip);
    return [{ clipId, uri, startMs, endMs, link: mediaLink(uri, clip), range: clip, lines, quote }];
  });
}

/** What the model is given of sources, numbered from 1. */
export function evidenceOf(catalogue: Catalogue, sources: readonly Source[]): readonly Evidence[] {
  return sources.map(({ uri, range, lines }, i) => {
    const copy = catalogue.copy(uri);
    return { n: i + 1, title: copy ? nameOf(copy, catalogue.video(copy.videoId)) : '', range, lines };
  });
}

/** The number that a claim has in an answer, with the sentence of its clip that fits it best. */
export function citationsOf(
  sources: readonly Source[],
  cited: readonly Cited[],
  language: string,
): readonly Citation[] {
  return cited.flatMap(({ n, claim }, i): readonly Citation[] => {
    const source = sources[n - 1];
    if (!source) return [];
    const { clipId, uri, startMs, endMs, link, lines } = source;
    const said = excerpt(analyseQuestion(claim, [language]), lines, source);
    const quote = said.map(({ text }) => text).join(' ') || source.quote;
    return [{ n: i + 1, clipId, uri, startMs, endMs, link, quote }];
  });
}

/** Share of a claim's words that its clips must hold where they hardly hold the question. */
const LEAST = 0.6;

/** The share 0..1 of a claim's words that stand in lines. */
export function heldShare(claim: string, lines: readonly Line[], language: string): number {
  const there = new Set(lines.flatMap((line) => analyse(line.text, line.language ?? language).split(' ')));
  const said = analyse(claim, language).split(' ').filter(Boolean);
  return said.length === 0 ? 0 : said.filter((term) => there.has(term)).length / said.length;
}

/** Are most words of a claim in the lines it cites? */
export function rests(claim: string, lines: readonly Line[], language: string): boolean {
  return heldShare(claim, lines, language) >= LEAST;
}

/** The number of the source that a claim without a citation surely rests on: the one that holds most of its words. */
export function restingOn(claim: string, sources: readonly Source[], language: string): readonly number[] {
  let best: { readonly n: number; readonly share: number } | undefined;
  sources.forEach(({ lines }, i) => {
    const share = heldShare(claim, lines, language);
    if (share >= LEAST && share > (best?.share ?? 0)) best = { n: i + 1, share };
  });
  return best ? [best.n] : [];
}
