import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Folder } from '../../../server/protocol/folders.ts';
import type { Status } from '../../../server/protocol/status.ts';
import type { VideosResult } from '../../../server/protocol/videos.ts';
import type { LibraryActions } from '../actions/library.ts';
import type { State } from '../state.ts';
import { fileNameOfUri, nameOf } from '../text.ts';
import { confirmBox, videoRow } from './video-row.ts';
import type { LibraryViewActions } from './view-actions.ts';
import { submitOnEnter } from './view-helpers.ts';

const FOLDER_STATE_LABELS = {
  watching: 'watching',
  scanning: 'scanning ...',
  offline: 'offline',
  failed: 'failed',
};
/** Maps each role to what its model does. */
const ROLE_LABELS: Readonly<Record<string, string>> = {
  captioner: 'Visual descriptions',
  transcriber: 'Transcription',
  answerer: 'Answers',
  textEmbedder: 'Semantic search',
  frameEmbedder: 'Picture search',
  reranker: 'Ranking of results',
};

/** Renders the progress of indexing, the folders with their videos, and the models in use. */
export function libraryView(state: State, actions: LibraryViewActions): TemplateResult {
  const { folders, status } = state;
  return html`
    <section aria-label="Work">${status === undefined ? html`<p class="quiet">Loading ...</p>` : workView(status, actions.library)}</section>
    <section aria-label="Folders">
      <h2>Folders</h2>
      ${addFolderBox(actions)} ${restoreBox(state, actions)}
      ${
        folders === undefined
          ? html`<p class="quiet">Loading the folders ...</p>`
          : folders.length === 0
            ? html`<p class="empty">No folders yet. Add a folder to index its videos. Nothing is copied or uploaded.</p>`
            : html`<ul class="plain folders">
              ${folders.map((folder) => folderView(folder, state, actions))}
            </ul>`
      }
    </section>
    <section aria-label="Models">
      ${modelsView(state)}
    </section>
  `;
}

function workView(status: Status, { setPaused }: LibraryActions): TemplateResult {
  const { waiting, running, done, failed, offline } = status.work;
  const total = waiting + running.length + done + failed.length;
  const counts = [
    status.videos === 1 ? '1 video' : `${status.videos} videos`,
    status.clips === 1 ? '1 clip' : `${status.clips} clips`,
    waiting > 0 ? `${waiting} waiting` : '',
    failed.length > 0 ? `${failed.length} failed` : '',
    offline > 0 ? `${offline} offline` : '',
  ].filter((part) => part !== '');
  return html`<p>${counts.join(', ')}</p>
    ${running.map(
      ({ path, stage, percent, leftMs }) =>
        html`<div class="running">
          <span>${nameOf(path)} <span class="quiet">${stage}${percent === undefined ? '' : `, ${percent} %`}${remainingText(leftMs)}</span></span>
          <vscode-progress-bar
            aria-label="Indexing ${nameOf(path)}"
            .value=${percent}
            ?indeterminate=${percent === undefined}
          ></vscode-progress-bar>
        </div>`,
    )}
    ${
      status.paused === undefined
        ? total > 0 && waiting + running.length > 0
          ? html`<vscode-button secondary @click=${() => setPaused(true)}>Pause</vscode-button>`
          : nothing
        : html`<p>
              Paused${status.paused === 'battery' ? ' on battery' : status.paused === 'quietHours' ? ' in quiet hours' : ''}.
            </p>
            ${status.paused === 'asked' ? html`<vscode-button @click=${() => setPaused(false)}>Resume</vscode-button>` : nothing}`
    }`;
}

/** Formats the estimated time left for a job. */
function remainingText(leftMs: number | undefined): string {
  if (leftMs === undefined) return '';
  const seconds = Math.ceil(leftMs / 1000);
  return seconds < 60 ? `, ${seconds} s left` : `, ${Math.ceil(seconds / 60)} min left`;
}

function addFolderBox({ library, host }: LibraryViewActions): TemplateResult {
  if (host.pickFolder !== undefined)
    return html`<vscode-button id="add-folder" @click=${host.pickFolder}>Add folder ...</vscode-button>`;
  const add = async (event: Event) => {
    event.preventDefault();
    const box = document.querySelector<HTMLElement & { value: string }>('#folder');
    if (box && box.value.trim() !== '' && (await library.addFolder(box.value))) box.value = '';
  };
  return html`<form class="row" @submit=${add} @keydown=${submitOnEnter()}>
    <vscode-textfield
      id="folder"
      label="Folder to add"
      placeholder="Absolute path, for example /home/ana/Videos"
    ></vscode-textfield>
    <vscode-button id="add-folder" @click=${add}>Add folder</vscode-button>
  </form>`;
}

/** Renders the button that restores the video removed last. */
function restoreBox(
  { lastForgotten }: State,
  { library }: LibraryViewActions,
): TemplateResult | typeof nothing {
  if (lastForgotten === undefined) return nothing;
  return html`<p class="row" id="forgotten">
    <span class="grow">${fileNameOfUri(lastForgotten)} was removed from the index.</span>
    <vscode-button secondary @click=${() => library.restoreVideo(lastForgotten)}>Undo</vscode-button>
  </p>`;
}

function folderView(folder: Folder, state: State, actions: LibraryViewActions): TemplateResult {
  const { library } = actions;
  const { uri, path } = folder;
  const listedVideos = state.videos[uri];
  const name = nameOf(path);
  const isConfirming = state.confirmation?.what === 'remove' && state.confirmation.uri === uri;
  return html`<li class="folder">
    <div class="row">
      <span class="grow"
        ><strong>${path}</strong>
        <span class="quiet"
          >${folder.videos === 1 ? '1 video' : `${folder.videos} videos`},
          <span class="state ${folder.state}">${FOLDER_STATE_LABELS[folder.state]}</span></span
        ></span
      >
      <vscode-button
        secondary
        aria-expanded=${listedVideos !== undefined}
        aria-label="${listedVideos ? 'Hide videos' : 'Show videos'} of ${name}"
        @click=${() => (listedVideos ? library.hideVideos(uri) : library.showVideos(uri))}
        >${listedVideos ? 'Hide videos' : 'Show videos'}</vscode-button
      >
      <vscode-button
        secondary
        aria-label="Stop watching ${name}"
        @click=${() => library.confirm(isConfirming ? undefined : { what: 'remove', uri })}
        >Stop watching ...</vscode-button
      >
    </div>
    ${
      isConfirming
        ? confirmBox(
            `Stop watching ${name}? Its index is deleted; the files and your corrections stay.`,
            'Stop watching',
            { what: 'remove', uri },
            library,
          )
        : nothing
    }
    ${folder.reason ? html`<p class="trouble">${folder.reason}</p>` : nothing}
    ${listedVideos === undefined ? nothing : videoList(uri, listedVideos, state, actions)}
  </li>`;
}

function videoList(
  uri: string,
  { videos, total }: VideosResult,
  state: State,
  actions: LibraryViewActions,
): TemplateResult {
  if (total === 0) return html`<p class="quiet videos">This folder has no videos.</p>`;
  return html`<ul class="plain videos">
      ${repeat(
        videos,
        (video) => video.uri,
        (video) => html`<li>${videoRow(video, state, actions)}</li>`,
      )}
    </ul>
    ${
      total > videos.length
        ? html`<vscode-button secondary @click=${() => actions.library.showMore(uri)}
            >Show more (${total - videos.length} left)</vscode-button
          >`
        : nothing
    }`;
}

/** Renders the model of each role, and tips. */
function modelsView({ status }: State): TemplateResult {
  return html`<h2>Models</h2>
    <dl class="roles">
      ${status?.roles.map(
        ({ role, inUse, why }) =>
          html`<dt>${ROLE_LABELS[role] ?? role}</dt><dd><strong>${inUse}</strong> <span class="quiet">${why}</span></dd>`,
      )}
    </dl>
    ${
      status === undefined || status.advice.length === 0
        ? nothing
        : html`<h3>Tips for better answers</h3>
            <ul>${status.advice.map((line) => html`<li>${line}</li>`)}</ul>`
    }`;
}
