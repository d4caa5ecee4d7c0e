import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { AddProgress } from '../../../server/protocol/adding.ts';
import type { StreamRecordingItem } from '../../../server/protocol/recording.ts';
import { icon } from '../icons.ts';
import type { State } from '../state.ts';
import { formatTime } from '../text.ts';
import { formatBytes } from './details.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { ignoreComposingEnter } from './view-helpers.ts';

const PERCENT = 100;

const STATE_NAMES: Readonly<Record<StreamRecordingItem['state'], string>> = {
  connecting: 'Connecting',
  recording: 'Being recorded',
  reconnecting: 'Connection lost, tried again',
  ended: 'Ended',
  failed: 'Failed',
};

function progress({ title, bytes, totalBytes, item }: AddProgress): TemplateResult {
  const percent = totalBytes === undefined ? undefined : Math.floor((PERCENT * bytes) / totalBytes);
  const size = percent === undefined ? formatBytes(bytes) : `${percent} % of ${formatBytes(totalBytes ?? 0)}`;
  return html`<p><b class="ell">${title}</b> <span class="muted num">${item === undefined ? '' : `${item.index} of ${item.count}, `}${size}</span></p>
    <div class="bar4" role="progressbar" aria-label="Downloading ${title}" aria-valuenow=${percent ?? 0}><i .style=${`width:${percent ?? 0}%`}></i></div>`;
}

const isRunning = ({ state }: StreamRecordingItem) => state !== 'ended' && state !== 'failed';

function recordingRow(recording: StreamRecordingItem, { library }: ViewActions): TemplateResult {
  const { id, name, url, state, recordedMs, reason } = recording;
  return html`<li class="row">
    <span class="grow"><b>${name}</b> <span class="muted num">${STATE_NAMES[state]}, ${formatTime(recordedMs)} recorded</span><br /><span class="muted small">${url}</span>
      ${reason === undefined ? nothing : html`<br /><span class="${state === 'failed' ? 'danger' : 'muted'} small">${reason}</span>`}</span>
    ${isRunning(recording) ? html`<button type="button" class="btn" aria-label="Stop recording ${name}" @click=${() => library.stopRecording(id)}>${icon('stop')}Stop</button>` : nothing}
  </li>`;
}

const HINT =
  'A page with a video, a playlist, a channel, a podcast feed, or a media file: yt-dlp downloads it from that site. A live stream (HLS): ffmpeg records it for at most 24 hours, and it can be searched meanwhile. For that, only the address leaves this computer.';

/** Renders a field for the address of videos or of a stream on the web, how far their download is, and what is recorded. */
export function linkDialog(
  { download, recordings = [], isConnectingStream }: State,
  actions: ViewActions,
): DialogParts {
  const { library } = actions;
  const withAddress = (use: (url: string) => Promise<void>) => (event: Event) => {
    event.preventDefault();
    const field = document.querySelector<HTMLElement & { value: string }>('#link');
    if (field && field.value.trim() !== '') void use(field.value.trim());
  };
  const isBusy = download !== undefined || isConnectingStream;
  return {
    title: 'Add videos from the web',
    body: html`<form class="row path-form" id="link-form" @submit=${withAddress(library.addLink)} @keydown=${ignoreComposingEnter()}>
        <vscode-textfield class="grow" id="link" label="Address" placeholder="https://..." ?disabled=${isBusy}></vscode-textfield>
      </form>
      ${download === undefined ? html`<p class="muted">${isConnectingStream ? 'Connecting to the stream ...' : HINT}</p>` : progress(download)}
      ${
        recordings.length === 0
          ? nothing
          : html`<h3>Recordings</h3>
              <ul class="work" id="recordings">${recordings.map((recording) => recordingRow(recording, actions))}</ul>`
      }`,
    foot: html`<span class="grow"></span>
      ${
        download === undefined
          ? html`<button type="button" class="btn" @click=${() => library.openDialog(undefined)}>${recordings.some(isRunning) ? 'Close' : 'Cancel'}</button>
              <button type="button" class="btn" id="start-recording" ?disabled=${isBusy} @click=${withAddress(library.recordStream)}>${icon('film')}Record stream</button>
              <button form="link-form" class="btn primary" id="start-download" ?disabled=${isBusy}>${icon('fetch')}Download</button>`
          : html`<button type="button" class="btn" @click=${library.cancelDownload}>Stop</button>`
      }`,
  };
}
