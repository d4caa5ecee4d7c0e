import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import type { State } from '../state.ts';
import { clock } from '../text.ts';
import { marked } from './parts.ts';

/** The line that was brought into view last, so that a person who scrolls away is not pulled back within a line. */
let shown: Element | undefined;

function keepInView(line: Element | undefined): void {
  if (line === undefined || line === shown) return;
  shown = line;
  // Only now is it laid out. The list alone scrolls: the page must stand still while a video plays.
  requestAnimationFrame(() => {
    const list = line.parentElement;
    if (!(line instanceof HTMLElement) || !list) return;
    list.scrollTop = line.offsetTop - list.offsetTop - (list.clientHeight - line.offsetHeight) / 2;
  });
}

/** Everything known of the video in time order; the lines at the place that plays are marked and kept in view. */
export function transcript(
  { nowMs, turn }: State,
  video: VideoResult,
  seek: (ms: number) => void,
): TemplateResult {
  const lines = video.lines.filter((line) => line.kind !== 'title');
  if (lines.length === 0) {
    return html`<p class="quiet">
      ${video.state === 'done' ? 'Nothing is said, shown or described in this video.' : 'It is still being read.'}
    </p>`;
  }
  // What began last is nearest to what is heard now: measured lines span their whole clip.
  const current = lines.findLastIndex((line) => line.startMs <= nowMs && nowMs < line.endMs);
  return html`<ol class="transcript" aria-label="Transcript" tabindex="0">
    ${repeat(
      lines,
      (_line, at) => at,
      (line, at) => {
        return html`<li ${ref(at === current ? keepInView : undefined)}>
          <button aria-current=${at === current} @click=${() => seek(line.startMs)}>
            <span class="time">${clock(line.startMs)}</span>
            <span class="line"
              >${line.kind === 'speech' ? nothing : html`<span class="kind">${KIND[line.kind]}</span> `}${
                line.speaker ? html`<em>${line.speaker}:</em> ` : nothing
              }${marked(line.text, turn?.question ?? '')}</span
            >
          </button>
        </li>`;
      },
    )}
  </ol>`;
}

const KIND: Readonly<Record<VideoResult['kinds'][number], string>> = {
  speech: '',
  description: 'described',
  screenText: 'on screen',
  caption: 'seen',
  facts: 'measured',
  title: 'title',
  frame: 'looks alike',
};
