import { html, type TemplateResult } from 'lit';
import type { Ms, Uri } from '../../../server/protocol/base.ts';
import { formatAddress } from '../address.ts';
import type { ViewActions } from './view-actions.ts';

/** Renders the name of a video as a link that plays it from a time. */
export function videoLink(
  uri: Uri,
  name: unknown,
  { watching, store }: Pick<ViewActions, 'watching' | 'store'>,
  { ms = 0, play = () => watching.watch({ uri, startMs: ms }) }: { ms?: Ms; play?: () => void } = {},
): TemplateResult {
  const open = (event: MouseEvent) => {
    // A new tab or window is the browser's.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    store.set({ view: 'ask', dialog: undefined });
    play();
  };
  return html`<a class="vname" href=${formatAddress({ view: 'ask', video: { uri, startMs: ms } })} @click=${open}>${name}</a>`;
}
