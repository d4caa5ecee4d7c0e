import { html, nothing, type TemplateResult } from 'lit';
import type { GridLayout } from '../grid-layout.ts';
import type { VideoGroup } from '../library-groups.ts';
import { labels } from '../scrubber-labels.ts';
import { findVirtualList } from './virtual-list.ts';

const SCRUBBER_ID = 'date-scrubber';
/** How long the date stays beside the grid after a scroll, where the scrubber has no column of its own, in ms. */
const SHOWN_MS = 1500;
/** How many months Page Up and Page Down pass. */
const PAGE_MONTHS = 12;

interface Scrubber {
  readonly groups: readonly VideoGroup[];
  readonly layout: GridLayout;
  /** The group at the top of the grid, by its index. */
  readonly current: number;
  /** The height of the scrubber in px. */
  readonly height: number;
  readonly listId: string;
  onCurrent(group: number): void;
}

/** Renders the months that have videos on a scale of the whole library, as a slider. A click or a drag scrolls there. */
export function dateScrubber(scrubber: Scrubber): TemplateResult {
  const { groups, layout, current, height } = scrubber;
  const group = groups[Math.min(current, groups.length - 1)];
  if (group === undefined || groups.length < 2) return html`<span class="rail"></span>`;
  return html`<div
    class="rail"
    id=${SCRUBBER_ID}
    role="slider"
    tabindex="0"
    aria-label="Month"
    aria-orientation="vertical"
    aria-valuemin="0"
    aria-valuemax=${groups.length - 1}
    aria-valuenow=${current}
    aria-valuetext="${group.title}, ${group.detail}"
    @keydown=${(event: KeyboardEvent) => onKey(event, scrubber)}
    @pointerdown=${(event: PointerEvent) => startDrag(event, scrubber)}
  >
    ${labels(groups, layout.starts, height).map(
      ({ text, share, isYear }) =>
        html`<span class=${isYear ? 'y' : 'm'} .style=${`top:${share * 100}%`}>${text}</span>`,
    )}
    <span class="cur">${group.short}${group.year === '' ? nothing : ` ${group.year}`}</span>
  </div>`;
}

/** Scrolls the grid to a group and shows it as the current one, even if the end of the grid is near. */
function jumpTo(group: number, { groups, layout, listId, onCurrent }: Scrubber): void {
  const target = Math.max(0, Math.min(groups.length - 1, group));
  findVirtualList(listId)?.scrollToRow(
    layout.rows.findIndex((row) => row.group === target),
    'start',
  );
  onCurrent(target);
}

function onKey(event: KeyboardEvent, scrubber: Scrubber): void {
  const { current, groups } = scrubber;
  const targets: Readonly<Record<string, number>> = {
    ArrowUp: current - 1,
    ArrowLeft: current - 1,
    ArrowDown: current + 1,
    ArrowRight: current + 1,
    PageUp: current - PAGE_MONTHS,
    PageDown: current + PAGE_MONTHS,
    Home: 0,
    End: groups.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  jumpTo(target, scrubber);
}

/** Scrolls with the pointer until it is released. */
function startDrag(event: PointerEvent, { listId }: Scrubber): void {
  const rail = event.currentTarget as HTMLElement;
  const list = findVirtualList(listId);
  if (list === undefined || event.button !== 0) return;
  const scroll = ({ clientY }: PointerEvent) => {
    const { top, height } = rail.getBoundingClientRect();
    list.scrollTop = ((clientY - top) / height) * list.totalHeight();
  };
  const end = () => {
    rail.classList.remove('dragging');
    rail.removeEventListener('pointermove', scroll);
  };
  event.preventDefault();
  rail.focus({ preventScroll: true });
  rail.classList.add('dragging');
  rail.setPointerCapture(event.pointerId);
  rail.addEventListener('pointermove', scroll);
  rail.addEventListener('lostpointercapture', end, { once: true });
  scroll(event);
}

let hideTimer: ReturnType<typeof setTimeout> | undefined;

/** Moves the date along the scrubber, to a share of the height of the grid, and shows it for a moment. */
export function followScroll(share: number): void {
  const rail = document.querySelector<HTMLElement>(`#${SCRUBBER_ID}`);
  if (rail === null) return;
  // Only the date moves: a property of the rail would make the browser look at every label again.
  rail.querySelector<HTMLElement>('.cur')?.style.setProperty('top', `${share * 100}%`);
  rail.classList.add('moving');
  clearTimeout(hideTimer);
  hideTimer = setTimeout(() => rail.classList.remove('moving'), SHOWN_MS);
}
