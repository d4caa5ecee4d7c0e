import { html, type TemplateResult } from 'lit';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { currentHits, type State } from '../state.ts';
import { formatTime } from '../text.ts';

/** Renders the video as a bar with clips, tags, moments found, the current moment and the playhead. */
export function timeline(state: State, video: VideoResult, seek: (ms: number) => void): TemplateResult {
  const durationMs = Math.max(1, video.durationMs);
  const percent = (ms: number) => (Math.max(0, Math.min(ms, durationMs)) / durationMs) * 100;
  const { watching, nowMs } = state;
  const hits = currentHits(state).filter((hit) => hit.uri === video.uri);
  const tags = video.corrections.filter((correction) => correction.change === 'tag');
  const onClick = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * durationMs);
  };
  const bar = (name: string, startMs: number, endMs: number) =>
    html`<i
      class=${name}
      .style=${`left:${percent(startMs)}%;width:${Math.max(0.4, percent(endMs) - percent(startMs))}%`}
    ></i>`;
  const selectionBar = watching?.endMs === undefined ? '' : bar('chosen', watching.startMs, watching.endMs);
  const selectionText =
    watching?.endMs === undefined
      ? ''
      : `, marked from ${formatTime(watching.startMs)} to ${formatTime(watching.endMs)}`;
  return html`<div
    class="timeline"
    role="slider"
    tabindex="0"
    aria-label="Position in the video"
    aria-valuemin="0"
    aria-valuemax=${Math.round(durationMs / 1000)}
    aria-valuenow=${Math.round(Math.min(nowMs, durationMs) / 1000)}
    aria-valuetext="${formatTime(nowMs)} of ${formatTime(durationMs)}${selectionText}"
    @click=${onClick}
  >
    ${video.clips.map((clip) => bar('clip', clip.startMs, clip.endMs))}
    ${hits.map((hit) => bar('found', hit.startMs, hit.endMs))} ${selectionBar}
    ${tags.map((tag) => bar('tagged', tag.startMs, tag.endMs))} ${bar('head', nowMs, nowMs)}
  </div>`;
}
