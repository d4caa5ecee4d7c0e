import './virtual-list.ts';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../icons.ts';
import { groupVideos, type VideoGroup, visibleVideos } from '../library-groups.ts';
import type { LibraryState, State } from '../state.ts';
import { fileNameOfUri } from '../text.ts';
import { videoCard } from './video-card.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, menu, menuItem, plural } from './view-helpers.ts';
import { findVirtualList, type VirtualRow } from './virtual-list.ts';

const LIST_ID = 'library-grid';
/** The least width of a card and the gap between cards, in px. */
const CARD_PX = 200;
const NARROW_CARD_PX = 150;
const GAP_PX = 16;
const HEAD_PX = 52;
/** The height of the words below a picture, in px, until it is measured. */
const WORDS_PX = 72;

const ORDERS: readonly (readonly [LibraryState['order'], string])[] = [
  ['newest', 'Newest first'],
  ['name', 'By name'],
  ['longest', 'Longest first'],
];

/** Renders the library: a grid of videos by month or folder. */
export function libraryView(state: State, actions: ViewActions): TemplateResult {
  const { videos, library, gridWidth } = state;
  const shown = videos === undefined ? [] : visibleVideos(videos, library);
  const groups = groupVideos(shown, library, state.folders ?? []);
  const columns = columnsOf(gridWidth);
  return html`<main class="lib" aria-label="Library">
    ${toolbar(state, actions)} ${restoreBar(state, actions)}
    ${
      videos === undefined
        ? html`<p class="muted pad lgrid">Loading the videos ...</p>`
        : shown.length === 0
          ? emptyGrid(state, actions)
          : guard([videos, library, gridWidth, state.status], () => {
              const rows = groups.flatMap((group) => groupRows(group, columns, gridWidth, state, actions));
              return html`<virtual-list
                id=${LIST_ID}
                class="lgrid"
                role="list"
                aria-label="Videos"
                .rows=${rows}
                ${ref(watchWidth(actions))}
                @keydown=${(event: KeyboardEvent) => moveInGrid(event, columns)}
              ></virtual-list>`;
            })
    }
    ${monthRail(groups, columns, library)} ${selectionBar(state, actions)}
  </main>`;
}

const columnsOf = (width: number) => {
  const card = width < 560 ? NARROW_CARD_PX : CARD_PX;
  return Math.max(1, Math.floor((width + GAP_PX) / (card + GAP_PX)));
};

let widthObserver: ResizeObserver | undefined;
let observed: Element | undefined;

/** Follows the width of the grid, which decides how many cards are in a row. */
const watchWidth =
  ({ store }: ViewActions) =>
  (element: Element | undefined): void => {
    if (element === undefined || element === observed) return;
    widthObserver?.disconnect();
    observed = element;
    widthObserver = new ResizeObserver(([entry]) => {
      const style = getComputedStyle(element);
      const width =
        element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      if (entry !== undefined && width > 0 && width !== store.get().gridWidth)
        store.set({ gridWidth: width });
    });
    widthObserver.observe(element);
  };

function groupRows(
  { key, title, detail, videos }: VideoGroup,
  columns: number,
  width: number,
  state: State,
  actions: ViewActions,
): readonly VirtualRow[] {
  const { library } = actions;
  const uris = videos.map(({ uri }) => uri);
  const { selected } = state.library;
  const isSelecting = selected.length > 0;
  const selectAll = () => library.change({ selected: [...new Set([...selected, ...uris])] });
  const head: VirtualRow = {
    key: `head ${key}`,
    height: HEAD_PX,
    render: () => html`<div class="ghead">
      <h2>${title}</h2><span class="muted small">${detail}</span><span class="grow"></span>
      ${isSelecting ? html`<button type="button" class="btn quiet small" @click=${selectAll}>Select all ${videos.length}</button>` : nothing}
    </div>`,
  };
  const cardWidth = (width - GAP_PX * (columns - 1)) / columns;
  const rows: VirtualRow[] = [];
  for (let at = 0; at < videos.length; at += columns) {
    const row = videos.slice(at, at + columns);
    rows.push({
      key: `${key} ${row[0]?.uri}`,
      height: (cardWidth * 9) / 16 + WORDS_PX,
      render: () =>
        html`<div class="vids" .style=${`grid-template-columns:repeat(${columns},minmax(0,1fr))`}>${row.map((video) => videoCard(video, state, actions))}</div>`,
    });
  }
  return [head, ...rows];
}

function moveInGrid(event: KeyboardEvent, columns: number): void {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  const step = steps[event.key];
  const list = event.currentTarget as Element;
  const cards = [...list.querySelectorAll<HTMLElement>('.vid .open')];
  const at = cards.findIndex((card) => card.closest('.vid')?.contains(event.target as Node));
  const next = step === undefined || at < 0 ? undefined : cards[at + step];
  if (next === undefined) return;
  next.focus();
  event.preventDefault();
}

function toolbar(state: State, { library, host }: ViewActions): TemplateResult {
  const { library: view, videos = [], folders = [] } = state;
  const attention = visibleVideos(videos, { ...view, filter: '', only: 'attention' }).length;
  const noTranscript = visibleVideos(videos, { ...view, filter: '', only: 'noTranscript' }).length;
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

/** Renders the months that have videos. A click scrolls there. */
function monthRail(groups: readonly VideoGroup[], columns: number, { group }: LibraryState): TemplateResult {
  let row = 0;
  let year = '';
  const stops = groups.map(({ key, short, videos }) => {
    const at = row;
    row += 1 + Math.ceil(videos.length / columns);
    const groupYear = key.slice(0, 4);
    const isNewYear = groupYear !== year;
    year = groupYear;
    return { short, at, year: isNewYear ? groupYear : '' };
  });
  if (group !== 'month' || stops.length < 2) return html`<span class="rail"></span>`;
  const jump = (at: number) => findVirtualList(LIST_ID)?.scrollToRow(at, 'start');
  return html`<nav class="rail" aria-label="Jump to a month">
    ${stops.map(
      (stop) =>
        html`${stop.year === '' ? nothing : html`<span class="y">${stop.year}</span>`}<button type="button" @click=${() => jump(stop.at)}>${stop.short}</button>`,
    )}
  </nav>`;
}

/** Renders what to do with the selected videos. */
function selectionBar(state: State, { library }: ViewActions): TemplateResult | typeof nothing {
  const { selected } = state.library;
  if (selected.length === 0) return nothing;
  return html`<div class="selbar" role="toolbar" aria-label="${plural(selected.length, 'video')} selected">
    <b>${selected.length} selected</b>
    <button type="button" class="btn" id="ask-selected" @click=${() => library.askAbout(selected)}>${icon('ask')}Ask about these</button>
    <button type="button" class="btn quiet" id="again-selected" @click=${() => library.confirm('readAgain', selected)}>${icon('again')}<span class="only-mid">Index again</span></button>
    <button type="button" class="btn quiet danger" id="forget-selected" @click=${() => library.confirm('forget', selected)}>${icon('remove')}<span class="only-mid">Remove from index</span></button>
    ${iconButton('close', 'Clear selection (Esc)', () => library.change({ selected: [] }), { id: 'clear-selection' })}
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
