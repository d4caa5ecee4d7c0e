import { html, type TemplateResult } from 'lit';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { hitsOf, type State } from '../state.ts';
import { clock } from '../text.ts';

/** The whole video as a bar: clips, tags, the moments found, the one that is watched, and where it plays. */
export function timeline(state: State, video: VideoResult, seek: (ms: number) => void): TemplateResult {
  const whole = Math.max(1, video.durationMs);
  const share = (ms: number) => (Math.max(0, Math.min(ms, whole)) / whole) * 100;
  const { watching, nowMs } = state;
  const hits = hitsOf(state).filter((hit) => hit.uri === video.uri);
  const tags = video.corrections.filter((one) => one.change === 'tag');
  const onClick = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * whole);
  };
  const bar = (name: string, startMs: number, endMs: number) =>
    html`<i
      class=${name}
      .style=${`left:${share(startMs)}%;width:${Math.max(0.4, share(endMs) - share(startMs))}%`}
    ></i>`;
  const chosen = watching?.endMs === undefined ? '' : bar('chosen', watching.startMs, watching.endMs);
  const marked =
    watching?.endMs === undefined
      ? ''
      : `, marked from ${clock(watching.startMs)} to ${clock(watching.endMs)}`;
  return html`<div
    class="timeline"
    role="slider"
    tabindex="0"
    aria-label="Place in the video"
    aria-valuemin="0"
    aria-valuemax=${Math.round(whole / 1000)}
    aria-valuenow=${Math.round(Math.min(nowMs, whole) / 1000)}
    aria-valuetext="${clock(nowMs)} of ${clock(whole)}${marked}"
    @click=${onClick}
  >
    ${video.clips.map((clip) => bar('clip', clip.startMs, clip.endMs))}
    ${hits.map((hit) => bar('found', hit.startMs, hit.endMs))} ${chosen}
    ${tags.map((tag) => bar('tagged', tag.startMs, tag.endMs))} ${bar('head', nowMs, nowMs)}
  </div>`;
}
