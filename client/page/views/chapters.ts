import { html, nothing, type TemplateResult } from 'lit';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { icon } from '../icons.ts';
import type { PlaybackState, State } from '../state.ts';
import { formatTime } from '../text.ts';
import type { ViewActions } from './view-actions.ts';

/** Renders the chapters, which play from their start, and a button that copies them as a table of contents. */
export function chapterPanel(
  { nowMs }: State,
  { uri }: PlaybackState,
  { chapters }: VideoResult,
  { watching, exporting }: ViewActions,
): TemplateResult {
  const isAutomatic = chapters.some(({ automatic }) => automatic);
  return html`<section class="pad" aria-label="Chapters">
    <ol class="script chapters">
      ${chapters.map(
        ({
          startMs,
          endMs,
          title,
        }) => html`<li class="transcript-line ${startMs <= nowMs && nowMs < endMs ? 'now' : ''}">
          <button type="button" class="seek" @click=${() => watching.seek(startMs)}><time>${formatTime(startMs)}</time><span>${title}</span></button>
        </li>`,
      )}
    </ol>
    <div class="row">
      <button type="button" class="btn" id="copy-chapters" @click=${() => exporting.copyChapters(uri)}>${icon('copy')}Copy with links</button>
      ${isAutomatic ? html`<span class="muted small">Found by Goldfish, titled with words of the video</span>` : nothing}
    </div>
  </section>`;
}
