import { html, nothing, type TemplateResult } from 'lit';
import type { WatchActions } from '../actions/watch.ts';
import type { State, Store } from '../state.ts';
import { type AskViewActions, askView } from './ask.ts';
import { type LibraryViewActions, libraryView } from './library.ts';
import { troubleBox } from './parts.ts';
import { watchView } from './watch.ts';

export interface AppActions extends AskViewActions, LibraryViewActions {
  readonly watching: WatchActions;
}

/** The whole page. */
export function app(state: State, actions: AppActions): TemplateResult {
  return html`
    <header class="top">
      <h1>Goldfish</h1>
      <nav aria-label="Views">${tab('ask', 'Ask', state, actions.store)} ${tab('library', 'Library', state, actions.store)}</nav>
      <span class="quiet progress" role="status">${progressOf(state)}</span>
    </header>
    ${state.link === 'gone' ? gone(actions.host.restart) : nothing}
    ${troubleBox(state.notice)}
    <div class="columns ${state.watching === undefined ? '' : 'watching'}">
      <main>${state.view === 'ask' ? askView(state, actions) : libraryView(state, actions)}</main>
      ${watchView(state, actions.watching, actions.host)}
    </div>
  `;
}

function gone(restart: (() => void) | undefined): TemplateResult {
  const message = 'Goldfish has ended.';
  if (restart === undefined) {
    const remedy = 'This page finds it again if it comes back here; else run "goldfish open".';
    return html`${troubleBox({ message, remedy })}`;
  }
  return html`${troubleBox({ message, remedy: 'Start it again to go on.' })}
    <vscode-button id="restart" @click=${restart}>Start Goldfish</vscode-button>`;
}

function tab(view: State['view'], label: string, state: State, store: Store): TemplateResult {
  return html`<button
    class="tab"
    aria-current=${state.view === view ? 'page' : 'false'}
    @click=${() => store.set({ view, notice: undefined })}
  >
    ${label}
  </button>`;
}

function progressOf({ link, status }: State): string {
  if (link === 'connecting') return 'Connecting ...';
  if (status === undefined || link === 'gone') return '';
  const left = status.work.waiting + status.work.running.length;
  if (status.paused !== undefined) return 'Paused';
  return left > 0 ? `Reading ${left === 1 ? '1 video' : `${left} videos`} ...` : `${status.videos} videos`;
}
