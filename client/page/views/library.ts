import './virtual-list.ts';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import { type ArrangedLibrary, arrangeLibrary } from '../library-groups.ts';
import type { LibraryState, State } from '../state.ts';
import { fileNameOfUri } from '../text.ts';
import { libraryGrid } from './library-grid.ts';
import { selectionBar } from './selection-bar.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, menu, menuItem, plural } from './view-helpers.ts';

const ORDERS: readonly (readonly [LibraryState['order'], string])[] = [
  ['newest', 'Newest first'],
  ['name', 'By name'],
  ['longest', 'Longest first'],
];

const NO_VIDEOS: NonNullable<State['videos']> = [];
const NO_FOLDERS: NonNullable<State['folders']> = [];

/** Renders the library: a grid of videos by month or folder. */
export function libraryView(state: State, actions: ViewActions): TemplateResult {
  const { videos, library } = state;
  const arranged = arrangeLibrary(videos ?? NO_VIDEOS, state.folders ?? NO_FOLDERS, library);
  return html`<main class="lib" aria-label="Library">
    ${toolbar(state, arranged, actions)} ${restoreBar(state, actions)}
    ${
      videos === undefined
        ? html`<p class="muted pad lgrid">Loading the videos ...</p>`
        : arranged.shown.length === 0
          ? emptyGrid(state, actions)
          : libraryGrid(state, arranged, actions)
    }
    ${selectionBar(state, actions)}
  </main>`;
}

function toolbar(
  state: State,
  { attention, noTranscript }: ArrangedLibrary,
  { library, host }: ViewActions,
): TemplateResult {
  const { library: view, folders = [] } = state;
  const order = ORDERS.find(([value]) => value === view.order)?.[1];
  const only = (value: LibraryState['only']) => library.change({ only: view.only === value ? 'all' : value });
  const group = (value: LibraryState['group'], label: string) =>
    html`<button type="button" aria-pressed=${view.group === value} @click=${() => library.change({ group: value })}>${label}</button>`;
  const add = () => (host.pickFolder === undefined ? library.openFolderDialog() : host.pickFolder());
  return html`<div class="ltools">
    <vscode-textfield
      id="filter"
      label="Filter"
      placeholder="Filter by name"
      .value=${view.filter}
      @input=${(event: Event) => library.change({ filter: (event.target as HTMLInputElement).value })}
    >${html`<span slot="content-before" class="before">${icon('search')}</span>`}</vscode-textfield>
    <span class="seg" role="group" aria-label="Group by">${group('month', 'Month')} ${group('folder', 'Folder')}</span>
    ${menu(
      'library-order',
      html`${icon('sort')}<span class="only-mid">${order}</span>${icon('down')}`,
      ORDERS.map(([value, label]) =>
        menuItem(label, () => library.change({ order: value }), { isChosen: value === view.order }),
      ),
      { name: `Order: ${order}` },
    )}
    <button type="button" class="chip" id="attention" aria-pressed=${view.only === 'attention'} ?disabled=${attention === 0 && view.only !== 'attention'} @click=${() => only('attention')}>${icon('warning')}Needs attention <b>${attention}</b></button>
    <button type="button" class="chip only-mid" id="no-transcript" aria-pressed=${view.only === 'noTranscript'} ?disabled=${noTranscript === 0 && view.only !== 'noTranscript'} @click=${() => only('noTranscript')}>${icon('speech')}No transcript <b>${noTranscript}</b></button>
    <span class="grow"></span>
    <button type="button" class="btn" id="folders" @click=${() => library.openDialog({ kind: 'folders' })}>${icon('folder')}${plural(folders.length, 'folder')}</button>
    <button type="button" class="btn" id="add-link" @click=${host.addLink ?? library.openLinkDialog}>${icon('link')}Add link</button>
    <button type="button" class="btn primary" id="add-folder" @click=${add}>${icon('add')}Add folder</button>
  </div>`;
}

function emptyGrid(
  { library: { filter, only }, folders = [] }: State,
  { library }: ViewActions,
): TemplateResult {
  const isFiltered = filter.trim() !== '' || only !== 'all';
  const text = isFiltered
    ? 'No video matches.'
    : folders.length === 0
      ? 'No folders yet. Add a folder to index its videos. Nothing is copied or uploaded.'
      : 'These folders have no videos.';
  return html`<div class="lgrid pad empty">
    <p class="muted">${text}</p>
    ${isFiltered ? html`<button type="button" class="btn" @click=${() => library.change({ filter: '', only: 'all' })}>Show all videos</button>` : nothing}
  </div>`;
}

/** Renders the button that restores the videos removed last. */
function restoreBar(
  { lastForgotten }: State,
  { library, store }: ViewActions,
): TemplateResult | typeof nothing {
  const [first] = lastForgotten;
  if (first === undefined) return nothing;
  const what = lastForgotten.length === 1 ? fileNameOfUri(first) : plural(lastForgotten.length, 'video');
  return html`<div class="toast" id="forgotten" role="status">
    <span class="grow">${what} ${lastForgotten.length === 1 ? 'was' : 'were'} removed from the index.</span>
    <button type="button" class="btn" id="undo-forget" @click=${() => library.restoreVideos(lastForgotten)}>Undo</button>
    ${iconButton('close', 'Close', () => store.set({ lastForgotten: [] }))}
  </div>`;
}
