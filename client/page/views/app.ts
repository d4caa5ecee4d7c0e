import { html, nothing, type TemplateResult } from 'lit';
import { KEY_HELP } from '../keyboard.ts';
import type { State, Store } from '../state.ts';
import { askView } from './ask.ts';
import { libraryView } from './library.ts';
import type { AskViewActions, LibraryViewActions } from './view-actions.ts';
import { problemBox } from './view-helpers.ts';
import { type WatchViewActions, watchView } from './watch.ts';

export interface AppActions extends AskViewActions, LibraryViewActions, WatchViewActions {
  /** Tries to connect to the daemon now. */
  readonly reconnect: () => void;
}

/** Renders the page. */
export function app(state: State, actions: AppActions): TemplateResult {
  return html`
    <header class="top">
      <h1>Goldfish</h1>
      <nav aria-label="Views">${viewTab('ask', 'Ask', state, actions.store)} ${viewTab('library', 'Library', state, actions.store)}</nav>
      <span class="quiet progress" role="status">${progressText(state)}</span>
    </header>
    ${state.link === 'gone' ? goneNotice(actions) : nothing}
    ${problemBox(state.notice)}
    <p class="said" role="status">${state.announcement}</p>
    <div class="columns ${state.watching === undefined ? '' : 'watching'}">
      <main>${state.view === 'ask' ? askView(state, actions) : libraryView(state, actions)}</main>
      ${watchView(state, actions)}
    </div>
    ${keyHelp(state, actions.store)}
  `;
}

function goneNotice({ host, reconnect }: AppActions): TemplateResult {
  const message = 'Disconnected. Goldfish is not running.';
  if (host.restart === undefined) {
    const remedy = 'Run "goldfish open" to start it. If it restarts at this address, this page reconnects.';
    return html`${problemBox({ message, remedy })}
      <vscode-button id="reconnect" secondary @click=${reconnect}>Reconnect</vscode-button>`;
  }
  return html`${problemBox({ message, remedy: 'Start it to continue.' })}
    <vscode-button id="restart" @click=${host.restart}>Start Goldfish</vscode-button>`;
}

function viewTab(view: State['view'], label: string, state: State, store: Store): TemplateResult {
  return html`<button
    class="tab"
    aria-current=${state.view === view ? 'page' : 'false'}
    @click=${() => store.set({ view, notice: undefined, confirmation: undefined })}
  >
    ${label}
  </button>`;
}

function keyHelp({ showsKeys: isShown }: State, store: Store): TemplateResult {
  return html`<footer class="keys">
    <button class="link" id="keys" aria-expanded=${isShown} @click=${() => store.set({ showsKeys: !isShown })}>Keyboard shortcuts (?)</button>
    ${
      isShown
        ? html`<dl aria-label="Keyboard shortcuts">${KEY_HELP.map(([key, meaning]) => html`<dt><kbd>${key}</kbd></dt><dd>${meaning}</dd>`)}</dl>`
        : nothing
    }
  </footer>`;
}

function progressText({ link, status }: State): string {
  if (link === 'connecting') return 'Connecting ...';
  if (status === undefined || link === 'gone') return '';
  const remaining = status.work.waiting + status.work.running.length;
  if (status.paused !== undefined) return 'Paused';
  if (status.planning) return 'Planning ...';
  const videoCount = (count: number) => (count === 1 ? '1 video' : `${count} videos`);
  return remaining > 0 ? `Indexing ${videoCount(remaining)} ...` : videoCount(status.videos);
}
