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
};

/** `Ana: “Twelve euros.” [2]`: the one form in which an answer says something. */
export function quoted(sentence: Sentence, n: number): string {
  const who = TAKEN_FROM[sentence.kind] ?? (sentence.speaker ? `${sentence.speaker}: ` : '');
  return `${who}“${sentence.text}” [${n}]`;
}

export function citationOf(catalogue: Catalogue, copy: Copy, sentence: Sentence, n: number): Citation {
  const range = { startMs: Math.round(sentence.startMs), endMs: Math.round(sentence.endMs) };
  const clip = clipHolding(catalogue.video(copy.videoId)?.clips ?? [], range) ?? range;
  return {
    n,
    clipId: clipIdOf(copy.videoId, clip),
    uri: copy.uri,
    ...range,
    link: mediaLink(copy.uri, range),
    quote: sentence.text,
  };
}

/** `1:02:03` or `2:03`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
