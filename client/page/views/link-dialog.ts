import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, type TemplateResult } from 'lit';
import type { AddProgress } from '../../../server/protocol/adding.ts';
import { icon } from '../icons.ts';
import type { State } from '../state.ts';
import { formatBytes } from './details.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { ignoreComposingEnter } from './view-helpers.ts';

const PERCENT = 100;

function progress({ title, bytes, totalBytes, item }: AddProgress): TemplateResult {
  const percent = totalBytes === undefined ? undefined : Math.floor((PERCENT * bytes) / totalBytes);
  const size = percent === undefined ? formatBytes(bytes) : `${percent} % of ${formatBytes(totalBytes ?? 0)}`;
  return html`<p><b class="ell">${title}</b> <span class="muted num">${item === undefined ? '' : `${item.index} of ${item.count}, `}${size}</span></p>
    <div class="bar4" role="progressbar" aria-label="Downloading ${title}" aria-valuenow=${percent ?? 0}><i .style=${`width:${percent ?? 0}%`}></i></div>`;
}

/** Renders a field for the address of videos on the web, and how far their download is. */
export function linkDialog({ download }: State, { library }: ViewActions): DialogParts {
  const add = (event: Event) => {
    event.preventDefault();
    const field = document.querySelector<HTMLElement & { value: string }>('#link');
    if (field && field.value.trim() !== '') void library.addLink(field.value.trim());
  };
  return {
    title: 'Add videos from the web',
    body: html`<form class="row path-form" id="link-form" @submit=${add} @keydown=${ignoreComposingEnter()}>
        <vscode-textfield class="grow" id="link" label="Address" placeholder="https://..." ?disabled=${download !== undefined}></vscode-textfield>
      </form>
      ${
        download === undefined
          ? html`<p class="muted">A page with a video, a playlist, a channel, a podcast feed, or a media file. yt-dlp downloads it from that site.</p>`
          : progress(download)
      }`,
    foot: html`<span class="grow"></span>
      ${
        download === undefined
          ? html`<button type="button" class="btn" @click=${() => library.openDialog(undefined)}>Cancel</button>
              <button form="link-form" class="btn primary" id="start-download">${icon('fetch')}Download</button>`
          : html`<button type="button" class="btn" @click=${library.cancelDownload}>Stop</button>`
      }`,
  };
}
