import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { TimeRange } from '../../../server/protocol/base.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { rove } from '../keys.ts';
import type { State } from '../state.ts';
import { clock } from '../text.ts';
import { keepInView, withoutPicture } from './parts.ts';

/** Pictures at least: of a short video each stands for a part of a clip. */
const LEAST = 8;
/** Pictures at most; of a longer video each stands for several clips. */
const MOST = 120;
/** Into a clip, where a cut has settled. */
const SHARE = 0.3;

/** One stretch for each clip, for equal parts of it, or for as many neighbours as leave `MOST` of them. */
function stretches(clips: readonly TimeRange[]): readonly TimeRange[] {
  const parts = Math.ceil(LEAST / clips.length);
  if (parts > 1)
    return clips.flatMap(({ startMs, endMs }) => {
      const at = (part: number) => Math.round(startMs + ((endMs - startMs) * part) / parts);
      return Array.from({ length: parts }, (_, part) => ({ startMs: at(part), endMs: at(part + 1) }));
    });
  const together = Math.ceil(clips.length / MOST);
  const out: TimeRange[] = [];
  for (let at = 0; at < clips.length; at += together) {
    const first = clips[at];
    const last = clips[Math.min(at + together, clips.length) - 1];
    if (first && last) out.push({ startMs: first.startMs, endMs: last.endMs });
  }
  return out;
}

/** A picture of each clip; those out of sight are not asked for. The one that plays is marked and kept in view. */
export function storyboard(
  { nowMs }: State,
  video: VideoResult,
  stillUrl: (uri: string, ms: number, width: number) => string,
  play: (range: TimeRange) => void,
): TemplateResult | typeof nothing {
  const seen = video.streams.some((stream) => stream.kind === 'video');
  if (!seen || video.clips.length === 0 || video.state === 'offline') return nothing;
  const shown = stretches(video.clips);
  const current = shown.findIndex(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  const stop = Math.max(0, current);
  return html`<div class="storyboard" role="group" aria-label="Storyboard" @keydown=${roveInline}>
    ${shown.map((range, at) => {
      const ms = Math.round(range.startMs + (range.endMs - range.startMs) * SHARE);
      return html`<button
        data-stop
        tabindex=${at === stop ? 0 : -1}
        aria-current=${at === current}
        aria-label="Play from ${clock(range.startMs)}"
        ${ref(at === current ? inView : undefined)}
        @click=${() => play(range)}
      >
        <img src=${stillUrl(video.uri, ms, 160)} alt="" loading="lazy" width="160" height="90" @error=${withoutPicture} />
        <span class="time">${clock(range.startMs)}</span>
      </button>`;
    })}
  </div>`;
}

const roveInline = rove('inline');
const inView = keepInView('inline');
