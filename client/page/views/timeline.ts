import { html, type TemplateResult } from 'lit';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import type { Host } from '../host.ts';
import { hitsOf, type State, type Watching } from '../state.ts';
import { clock } from '../text.ts';

const WIDTH = 1000;
const PICTURES = 8;

/** The whole video as a bar: chapters and clips, the moments found, the clip that is watched, and where it plays. */
export function timeline(state: State, video: VideoResult, seek: (ms: number) => void): TemplateResult {
  const whole = Math.max(1, video.durationMs);
  const at = (ms: number) => (Math.min(ms, whole) / whole) * WIDTH;
  const { watching, nowMs } = state;
  const marks = hitsOf(state).filter((hit) => hit.uri === video.uri);
  const onClick = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * whole);
  };
  const bar = (name: string, startMs: number, endMs: number) =>
    html`<i class=${name} .style=${`left:${at(startMs) / 10}%;width:${Math.max(0.4, (at(endMs) - at(startMs)) / 10)}%`}></i>`;
  return html`<div
    class="timeline"
    role="slider"
    tabindex="0"
    aria-label="Place in the video"
    aria-valuemin="0"
    aria-valuemax=${Math.round(whole / 1000)}
    aria-valuenow=${Math.round(Math.min(nowMs, whole) / 1000)}
    aria-valuetext="${clock(nowMs)} of ${clock(whole)}"
    @click=${onClick}
  >
    ${video.clips.map((clip) => bar('clip', clip.startMs, clip.endMs))}
    ${marks.map((hit) => bar('found', hit.startMs, hit.endMs))}
    ${watching?.endMs === undefined ? '' : bar('chosen', watching.startMs, watching.endMs)}
    ${bar('head', nowMs, nowMs)}
  </div>`;
}

/** Pictures over the whole video, evenly spread. */
export function storyboard(
  video: VideoResult,
  watching: Watching,
  host: Host,
  seek: (ms: number) => void,
): TemplateResult {
  if (!video.streams.some((stream) => stream.kind === 'video')) return html``;
  const times = Array.from({ length: PICTURES }, (_, at) =>
    Math.round(((at + 0.5) / PICTURES) * video.durationMs),
  );
  return html`<div class="storyboard" role="group" aria-label="Storyboard">
    ${times.map(
      (ms) =>
        html`<button aria-label="Play from ${clock(ms)}" @click=${() => seek(ms)}>
          <img
            src=${host.mediaUrl('still', { uri: watching.uri, ms: String(ms), width: '160' })}
            alt=""
            loading="lazy"
            width="160"
            height="90"
          />
        </button>`,
    )}
  </div>`;
}
