import { clipIdOf } from '../core/clipId.ts';
import { clipHolding } from '../core/describe.ts';
import type { Citation } from '../core/hit.ts';
import { mediaLink } from '../core/mediaLink.ts';
import type { Sentence } from '../core/sentences.ts';
import type { Copy } from '../core/video.ts';
import type { Catalogue } from './catalogue.ts';

/** What a quote was taken from, where it was not said. */
const TAKEN_FROM: Readonly<Partial<Record<Sentence['kind'], string>>> = {
  screenText: 'On screen: ',
  description: 'Described: ',
  caption: 'Seen: ',
  facts: 'Measured: ',
  title: 'Named: ',
  tag: 'Tagged: ',
};

/** `Ana: “Twelve euros.” [2]`, two voices one after the other: the one form in which an answer says something. */
export function quoted(said: readonly Sentence[], n: number): string {
  const parts = said.map((sentence, i) => {
    const known = i > 0 && said[i - 1]?.speaker === sentence.speaker;
    const who = TAKEN_FROM[sentence.kind] ?? (sentence.speaker ? `${sentence.speaker}: ` : '');
    return `${known ? '' : who}“${sentence.text}”`;
  });
  return `${parts.join(' ')} [${n}]`;
}

/** `said` is in time order and not empty. */
export function citationOf(catalogue: Catalogue, copy: Copy, said: readonly Sentence[], n: number): Citation {
  const startMs = Math.round(Math.min(...said.map((sentence) => sentence.startMs)));
  const endMs = Math.round(Math.max(...said.map((sentence) => sentence.endMs)));
  const range = { startMs, endMs };
  const clip = clipHolding(catalogue.video(copy.videoId)?.clips ?? [], range) ?? range;
  return {
    n,
    clipId: clipIdOf(copy.videoId, clip),
    uri: copy.uri,
    ...range,
    link: mediaLink(copy.uri, range),
    quote: said.map(({ text }) => text).join(' '),
  };
}
