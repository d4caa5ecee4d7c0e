import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import type { Uri } from '../../../server/protocol/base.ts';
import { type GridLayout, type GridStep, layOutGrid, stepInGrid, videosBetween } from '../grid-layout.ts';
import type { ArrangedLibrary, VideoGroup } from '../library-groups.ts';
import { rememberLast } from '../remember-last.ts';
import type { State } from '../state.ts';
import { dateScrubber, followScroll } from './date-scrubber.ts';
import { videoCard } from './video-card.ts';
import type { ViewActions } from './view-actions.ts';
import { findVirtualList, VirtualList, type VirtualRow } from './virtual-list.ts';

const LIST_ID = 'library-grid';
/** How many rows beside the visible ones exist. A row has several cards with pictures. */
const OVERSCAN_ROWS = 2;

const layOut = rememberLast(layOutGrid);

/** Renders the videos by group, of which only the rows in view exist, and the date scrubber beside them. */
export function libraryGrid(state: State, arranged: ArrangedLibrary, actions: ViewActions): TemplateResult {
  const { library, gridSize, gridGroup } = state;
  const { groups } = arranged;
  const layout = layOut(groups, gridSize.width);
  const { store } = actions;
  const showGroup = (group: number) => {
    if (group !== store.get().gridGroup) store.set({ gridGroup: group });
  };
  const onScroll = (event: Event) => {
    if (!(event.currentTarget instanceof VirtualList)) return;
    const list = event.currentTarget;
    // All is read before anything is written, so that the browser lays the page out once a frame.
    const { scrollTop, clientHeight, scrollHeight } = list;
    const group = layout.rows[list.firstRow()]?.group ?? 0;
    followScroll(scrollTop / Math.max(1, list.totalHeight()));
    // The last groups may never reach the top. One that was chosen stays.
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1;
    showGroup(isAtEnd ? Math.max(group, store.get().gridGroup) : group);
  };
  return html`${guard(
    [layout, library.selected],
    () =>
      html`<virtual-list
        id=${LIST_ID}
        class="lgrid"
        role="list"
        aria-label="Videos"
        overscan=${OVERSCAN_ROWS}
        .rows=${gridRows(layout, arranged, library.selected, actions)}
        ${ref(watchSize(actions))}
        @scroll=${{ handleEvent: onScroll, passive: true }}
        @keydown=${(event: KeyboardEvent) => moveInGrid(event, layout)}
      ></virtual-list>`,
  )}
  ${
    library.group === 'month'
      ? dateScrubber({
          groups,
          layout,
          current: Math.min(gridGroup, groups.length - 1),
          height: gridSize.height,
          listId: LIST_ID,
          onCurrent: showGroup,
        })
      : html`<span class="rail"></span>`
  }`;
}

let sizeObserver: ResizeObserver | undefined;
let observed: Element | undefined;

/** Follows the size of the grid, which decides how many cards are in a row and how many months have labels. */
const watchSize =
  ({ store }: ViewActions) =>
  (element: Element | undefined): void => {
    if (element === undefined || element === observed) return;
    sizeObserver?.disconnect();
    observed = element;
    sizeObserver = new ResizeObserver(() => {
      const style = getComputedStyle(element);
      const width =
        element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      const height = element.clientHeight;
      const { gridSize } = store.get();
      if (width > 0 && (width !== gridSize.width || height !== gridSize.height))
        store.set({ gridSize: { width, height } });
    });
    sizeObserver.observe(element);
  };

function gridRows(
  { rows, columns }: GridLayout,
  arranged: ArrangedLibrary,
  selected: readonly Uri[],
  actions: ViewActions,
): readonly VirtualRow[] {
  const chosen = new Set(selected);
  const selection = {
    has: (uri: Uri) => chosen.has(uri),
    isActive: chosen.size > 0,
    toggle: (uri: Uri, isRange: boolean) => toggle(uri, isRange, chosen, arranged, actions),
  };
  return rows.map(({ group, videos, height }): VirtualRow => {
    const members = arranged.groups[group];
    const [first] = videos;
    if (first === undefined)
      return {
        key: `head ${members?.key}`,
        height,
        render: () => (members === undefined ? html`` : groupHead(members, selected, actions)),
      };
    return {
      key: `${members?.key} ${first.uri}`,
      height,
      render: () =>
        html`<div class="vids" .style=${`grid-template-columns:repeat(${columns},minmax(0,1fr))`}>${videos.map((video) => videoCard(video, selection, actions))}</div>`,
    };
  });
}

function groupHead(
  { title, detail, videos }: VideoGroup,
  selected: readonly Uri[],
  { library }: ViewActions,
): TemplateResult {
  const selectAll = () =>
    library.change({ selected: [...new Set([...selected, ...videos.map(({ uri }) => uri)])] });
  return html`<div class="ghead">
    <h2>${title}</h2><span class="muted small">${detail}</span><span class="grow"></span>
    ${selected.length > 0 ? html`<button type="button" class="btn quiet small" @click=${selectAll}>Select all ${videos.length}</button>` : nothing}
  </div>`;
}

let lastToggled: Uri | undefined;

/** Selects a video or the opposite. With `isRange` selects all videos since the last one, also those out of view. */
function toggle(
  uri: Uri,
  isRange: boolean,
  chosen: ReadonlySet<Uri>,
  { shown }: ArrangedLibrary,
  { library }: ViewActions,
): void {
  const range = isRange ? videosBetween(shown, lastToggled, uri) : [];
  if (range.length > 0)
    library.change({ selected: [...new Set([...chosen, ...range.map((video) => video.uri)])] });
  else library.select(uri, !chosen.has(uri));
  lastToggled = uri;
}

const STEPS: Readonly<Record<string, GridStep>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Moves the focus by arrows. A row that does not exist yet is scrolled to first. */
function moveInGrid(event: KeyboardEvent, { rows }: GridLayout): void {
  const step = STEPS[event.key];
  const uri = (event.target as Element).closest<HTMLElement>('.vid')?.dataset.uri;
  if (step === undefined || uri === undefined || (event.target as Element).closest('details[open]') !== null)
    return;
  const next = stepInGrid(rows, uri, step);
  if (next === undefined) return;
  event.preventDefault();
  const find = () =>
    document.querySelector<HTMLElement>(`.vid[data-uri="${CSS.escape(next.video.uri)}"] .open`);
  if (find() === null) findVirtualList(LIST_ID)?.scrollToRow(next.row, 'auto');
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()));
}
