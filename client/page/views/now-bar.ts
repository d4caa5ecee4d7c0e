import { html, type TemplateResult } from 'lit';
import type { RemotePlayback, State } from '../state.ts';
import { fileNameOfUri, formatTime } from '../text.ts';
import type { ViewActions } from './view-actions.ts';
import { hideBrokenImage, iconButton, playingBars } from './view-helpers.ts';

/** Renders what plays in another view, over the composer. */
export function nowBar(
  state: State,
  { uri, startMs, playMs = startMs }: RemotePlayback,
  { watching, stillUrl, store, host }: ViewActions,
): TemplateResult {
  const place = host.playBeside === undefined ? 'in another window' : 'in editor';
  return html`<section class="nowbar" aria-label="Now playing">
    <span class="thumb"><img src=${stillUrl(uri, playMs, 320)} alt="" @error=${hideBrokenImage} /></span>
    <span class="t">
      <b class="ell small">${fileNameOfUri(uri)}</b>
      <span class="muted small row">${playingBars()}${formatTime(state.nowMs > 0 ? state.nowMs : playMs)} ${place}</span>
    </span>
    ${iconButton('left', 'Previous moment (p)', () => watching.step(-1))}
    ${iconButton('right', 'Next moment (n)', () => watching.step(1))}
    ${iconButton('close', 'Hide', () => store.set({ playingElsewhere: undefined }))}
  </section>`;
}
