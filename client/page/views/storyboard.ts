import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { TimeRange } from '../../../server/protocol/base.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { roveFocus } from '../keyboard.ts';
import type { State } from '../state.ts';
import { formatTime } from '../text.ts';
import { hideBrokenImage, scrollIntoView } from './view-helpers.ts';

/** Sets the minimum number of pictures. In a short video each shows a part of a clip. */
const MIN_PICTURES = 8;
/** Sets the maximum number of pictures. In a longer video each shows several clips. */
const MAX_PICTURES = 120;
/** Sets the position of a picture in its clip, as a share, after the transition of a cut. */
const PICTURE_POSITION = 0.3;

/** Returns the range of each picture: a clip, an equal part of one, or adjacent clips. At most `MAX_PICTURES`. */
function splitIntoStretches(clips: readonly TimeRange[]): readonly TimeRange[] {
  const parts = Math.ceil(MIN_PICTURES / clips.length);
  if (parts > 1)
    return clips.flatMap(({ startMs, endMs }) => {
      const partStart = (part: number) => Math.round(startMs + ((endMs - startMs) * part) / parts);
      return Array.from({ length: parts }, (_, part) => ({
        startMs: partStart(part),
        endMs: partStart(part + 1),
      }));
    });
  const clipsPerPicture = Math.ceil(clips.length / MAX_PICTURES);
  const stretches: TimeRange[] = [];
  for (let index = 0; index < clips.length; index += clipsPerPicture) {
    const first = clips[index];
    const last = clips[Math.min(index + clipsPerPicture, clips.length) - 1];
    if (first && last) stretches.push({ startMs: first.startMs, endMs: last.endMs });
  }
  return stretches;
}

/** Renders a picture of each clip. Loads only visible pictures. Marks the current one and keeps it in view. */
export function storyboard(
  { nowMs }: State,
  video: VideoResult,
  stillUrl: (uri: string, ms: number, width: number) => string,
  play: (range: TimeRange) => void,
): TemplateResult | typeof nothing {
  const hasPictures = video.streams.some((stream) => stream.kind === 'video');
  if (!hasPictures || video.clips.length === 0 || video.state === 'offline') return nothing;
  const stretches = splitIntoStretches(video.clips);
  const currentIndex = stretches.findIndex(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  const tabStop = Math.max(0, currentIndex);
  return html`<div class="storyboard" role="group" aria-label="Storyboard" @keydown=${roveInline}>
    ${stretches.map((range, index) => {
      const ms = Math.round(range.startMs + (range.endMs - range.startMs) * PICTURE_POSITION);
      return html`<button
        data-stop
        tabindex=${index === tabStop ? 0 : -1}
        aria-current=${index === currentIndex}
        aria-label="Play from ${formatTime(range.startMs)}"
        ${ref(index === currentIndex ? inView : undefined)}
        @click=${() => play(range)}
      >
        <img src=${stillUrl(video.uri, ms, 160)} alt="" loading="lazy" width="160" height="90" @error=${hideBrokenImage} />
        <span class="time">${formatTime(range.startMs)}</span>
      </button>`;
    })}
  </div>`;
}

const roveInline = roveFocus('inline');
const inView = scrollIntoView('inline');
