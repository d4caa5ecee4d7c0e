import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { html, LitElement, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';

/** How many rows beside the visible ones are rendered, if nothing else is said. */
const OVERSCAN_ROWS = 8;

/** A row whose measured height is not a whole number starts a little above or below. */
const ROUNDING_PX = 2;

/** One row of a virtual list. */
export interface VirtualRow {
  /** Identifies the row among all. */
  readonly key: string | number;
  /** The expected height in px, until the row is measured. */
  readonly height: number;
  render(): TemplateResult;
}

/**
 * Scrolls a long list of which only the visible rows exist. It renders into itself, so that the styles of the page
 * apply. Rows may have any height: they are measured.
 */
export class VirtualList extends LitElement {
  static override readonly properties = {
    rows: { attribute: false },
    shown: { attribute: false },
    overscan: { type: Number },
  };
  declare rows: readonly VirtualRow[];
  /** The row to keep in view, by its index. -1 if the user scrolls freely. */
  declare shown: number;
  /** How many rows beside the visible ones exist. */
  declare overscan: number;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #unmount: (() => void) | undefined;
  #lastShown = -1;
  #lastHeight = 0;

  constructor() {
    super();
    this.rows = [];
    this.shown = -1;
    this.overscan = OVERSCAN_ROWS;
    this.#virtualizer = new Virtualizer(this.#options());
  }

  #options(): VirtualizerOptions<HTMLElement, HTMLElement> {
    return {
      count: this.rows.length,
      getScrollElement: () => this,
      estimateSize: (at) => this.rows[at]?.height ?? 40,
      getItemKey: (at) => this.rows[at]?.key ?? at,
      overscan: this.overscan,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.requestUpdate(),
    };
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unmount = this.#virtualizer._didMount();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unmount?.();
  }

  protected override willUpdate(): void {
    this.#virtualizer.setOptions(this.#options());
  }

  protected override updated(): void {
    this.#virtualizer._willUpdate();
    // A list that is not displayed cannot scroll: it does once it has a height.
    const height = this.rows[this.shown]?.height;
    if (height === undefined || this.clientHeight === 0) {
      this.#lastShown = -1;
      return;
    }
    // A row that becomes a form is shown again.
    if (this.shown === this.#lastShown && height === this.#lastHeight) return;
    this.#lastShown = this.shown;
    this.#lastHeight = height;
    // A high row, such as a form, begins at the top: its end may need all of the list.
    this.scrollToRow(this.shown, height > this.clientHeight / 2 ? 'start' : 'center');
  }

  /** Scrolls a row to the middle. Only the list moves. */
  scrollToRow(at: number, align: 'start' | 'center' | 'auto' = 'center'): void {
    this.#virtualizer.scrollToIndex(at, { align });
  }

  /** Returns the index of the row at the top. */
  firstRow(): number {
    return this.#virtualizer.getVirtualItemForOffset(this.scrollTop + ROUNDING_PX)?.index ?? 0;
  }

  /** Returns the height of all rows in px, as far as they are measured. */
  totalHeight(): number {
    return this.#virtualizer.getTotalSize();
  }

  protected override render(): TemplateResult {
    const items = this.#virtualizer.getVirtualItems();
    const before = items[0]?.start ?? 0;
    const after = this.#virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
    return html`<div class="space" .style=${`height:${before}px`}></div>
      ${repeat(
        items,
        ({ key }) => key,
        ({ index }) =>
          html`<div class="vrow" role="listitem" data-index=${index} aria-posinset=${index + 1} aria-setsize=${this.rows.length} ${ref(this.#measure)}>${this.#row(index)}</div>`,
      )}
      <div class="space" .style=${`height:${Math.max(0, after)}px`}></div>`;
  }

  /** Renders a row again only if it is another one: scrolling leaves rows as they are. */
  #row(at: number): unknown {
    const row = this.rows[at];
    return guard([row], () => row?.render());
  }

  readonly #measure = (element: Element | undefined): void => {
    if (element instanceof HTMLElement) this.#virtualizer.measureElement(element);
  };
}

customElements.define('virtual-list', VirtualList);

/** Returns the list with an id. */
export const findVirtualList = (id: string): VirtualList | undefined => {
  const element = document.getElementById(id);
  return element instanceof VirtualList ? element : undefined;
};
