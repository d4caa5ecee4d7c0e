import { html, nothing, type TemplateResult } from 'lit';
import type { RemotePlayback } from '../state.ts';
import { fileNameOfUri, formatTime } from '../text.ts';
import type { ViewActions } from './view-actions.ts';
import { hideBrokenImage, iconButton, playingBars } from './view-helpers.ts';

/** Renders what plays in another view, over the composer. */
export function nowBar(
  current: RemotePlayback,
  { watching, playing, stillUrl, store, host }: ViewActions,
): TemplateResult {
  const { uri, startMs, playMs = startMs, player, isPlaying = true } = current;
  const place = host.playBeside === undefined ? 'in another window' : 'in the editor';
  return html`<section class="nowbar" aria-label="Now playing">
    <span class="thumb"><img src=${stillUrl(uri, startMs, 320)} alt="" @error=${hideBrokenImage} /></span>
    <span class="t">
      <b class="ell small">${fileNameOfUri(uri)}</b>
      <span class="muted small row">${isPlaying ? playingBars() : nothing}${formatTime(playMs)} ${place}</span>
    </span>
    ${
      player === undefined
        ? nothing
        : iconButton(isPlaying ? 'pause' : 'play', isPlaying ? 'Pause' : 'Play', playing.toggleElsewhere, {
            id: 'pause-elsewhere',
          })
    }
    ${iconButton('right', 'Next moment (n)', () => watching.step(1), { id: 'next' })}
    ${iconButton('close', 'Hide', () => store.set({ playingElsewhere: undefined }))}
  </section>`;
}
