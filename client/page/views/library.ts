import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Folder } from '../../../server/protocol/folders.ts';
import type { Status } from '../../../server/protocol/status.ts';
import type { VideoItem } from '../../../server/protocol/videos.ts';
import type { LibraryActions } from '../actions/library.ts';
import type { Host } from '../host.ts';
import type { Moment, State } from '../state.ts';
import { clock, nameOf } from '../text.ts';

export interface LibraryViewActions {
  readonly library: LibraryActions;
  readonly host: Host;
  readonly watch: (moment: Moment) => void;
}

const FOLDER_STATES = { watching: 'watching', scanning: 'looking ...', offline: 'offline', failed: 'failed' };
const VIDEO_STATES = {
  waiting: 'waiting',
  running: 'being read',
  done: 'ready',
  failed: 'failed',
  offline: 'offline',
  forgotten: 'forgotten',
};

/** Folders and videos with their state, what is being worked on, and which models are in use. */
export function libraryView(state: State, actions: LibraryViewActions): TemplateResult {
  const { folders, status } = state;
  return html`
    <section aria-label="Work">${status === undefined ? nothing : work(status, actions.library)}</section>
    <section aria-label="Folders">
      <h2>Folders</h2>
      ${addBox(actions)}
      ${
        folders?.length === 0
          ? html`<p class="empty">No folder is watched yet. Add one: its videos are read and stay where they are.</p>`
          : html`<ul class="plain folders">
              ${folders?.map((folder) => folderView(folder, state, actions))}
            </ul>`
      }
    </section>
    <section aria-label="Models">
      <h2>In use</h2>
      <dl>
        ${status?.roles.map(({ role, inUse, why }) => html`<dt>${role}</dt><dd>${inUse} <span class="quiet">${why}</span></dd>`)}
      </dl>
      ${status?.advice.map((line) => html`<p class="quiet">${line}</p>`)}
    </section>
  `;
}

function work(status: Status, { setPaused }: LibraryActions): TemplateResult {
  const { waiting, running, done, failed, offline } = status.work;
  const all = waiting + running.length + done + failed.length;
  const counts = [
    `${status.videos} videos`,
    `${status.clips} clips`,
    waiting > 0 ? `${waiting} waiting` : '',
    failed.length > 0 ? `${failed.length} failed` : '',
    offline > 0 ? `${offline} offline` : '',
  ].filter((part) => part !== '');
  return html`<p>${counts.join(', ')}</p>
    ${running.map(
      ({ path, stage, percent }) =>
        html`<div class="running">
          <span>${nameOf(path)} <span class="quiet">${stage}</span></span>
          <vscode-progress-bar
            aria-label="Reading ${nameOf(path)}"
            .value=${percent}
            ?indeterminate=${percent === undefined}
          ></vscode-progress-bar>
        </div>`,
    )}
    ${
      status.paused === undefined
        ? all > 0 && waiting + running.length > 0
          ? html`<vscode-button secondary @click=${() => setPaused(true)}>Pause</vscode-button>`
          : nothing
        : html`<p>
              Paused${status.paused === 'battery' ? ' on battery' : status.paused === 'quietHours' ? ' in quiet hours' : ''}.
            </p>
            ${status.paused === 'asked' ? html`<vscode-button @click=${() => setPaused(false)}>Go on</vscode-button>` : nothing}`
    }`;
}

function addBox({ library, host }: LibraryViewActions): TemplateResult {
  if (host.pickFolder !== undefined)
    return html`<vscode-button id="add-folder" @click=${host.pickFolder}>Add folder ...</vscode-button>`;
  const add = async (event: Event) => {
    event.preventDefault();
    const box = document.querySelector<HTMLElement & { value: string }>('#folder');
    if (box && box.value.trim() !== '' && (await library.addFolder(box.value))) box.value = '';
  };
  return html`<form class="row" @submit=${add}>
    <vscode-textfield
      id="folder"
      label="Folder to add"
      placeholder="Full path of a folder"
      @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && void add(event)}
    ></vscode-textfield>
    <vscode-button id="add-folder" @click=${add}>Add folder</vscode-button>
  </form>`;
}

function folderView(folder: Folder, state: State, actions: LibraryViewActions): TemplateResult {
  const { library } = actions;
  const listed = state.videos[folder.uri];
  const name = nameOf(folder.path);
  return html`<li class="folder">
    <div class="row">
      <span class="grow"
        ><strong>${folder.path}</strong>
        <span class="quiet">${folder.videos} videos, ${FOLDER_STATES[folder.state]}</span></span
      >
      <vscode-button
        secondary
        aria-expanded=${listed !== undefined}
        aria-label="${listed ? 'Hide videos' : 'Show videos'} of ${name}"
        @click=${() => (listed ? library.hideVideos(folder.uri) : library.showVideos(folder.uri))}
        >${listed ? 'Hide videos' : 'Show videos'}</vscode-button
      >
      <vscode-button secondary aria-label="Remove ${name}" @click=${() => library.removeFolder(folder.uri)}
        >Remove</vscode-button
      >
    </div>
    ${folder.reason ? html`<p class="trouble">${folder.reason}</p>` : nothing}
    ${
      listed === undefined
        ? nothing
        : html`<ul class="plain videos">
              ${listed.videos.map((video) => html`<li>${videoView(video, actions)}</li>`)}
            </ul>
            ${listed.total > listed.videos.length ? html`<p class="quiet">and ${listed.total - listed.videos.length} more</p>` : nothing}`
    }
  </li>`;
}

function videoView(video: VideoItem, { watch, library }: LibraryViewActions): TemplateResult {
  return html`<div class="row">
      <button class="link grow" @click=${() => watch({ uri: video.uri, startMs: 0 })}>${nameOf(video.path)}</button>
      <span class="time">${clock(video.durationMs)}</span>
      <span class="state ${video.state}">${VIDEO_STATES[video.state]}</span>
    </div>
    ${video.failures.map(
      ({ stage, reason, remedy }) =>
        html`<div class="trouble">
          <p><span class="kind">${stage}</span> ${reason}</p>
          <p class="quiet">${remedy}</p>
        </div>`,
    )}
    ${
      video.failures.length > 0
        ? html`<vscode-button secondary aria-label="Try again: ${nameOf(video.path)}" @click=${() => library.tryAgain(video.uri)}
            >Try again</vscode-button
          >`
        : nothing
    }`;
}
