import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { html, LitElement, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';

/** How many rows beside the visible ones are rendered. */
const OVERSCAN_ROWS = 8;

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
class VirtualList extends LitElement {
  static override readonly properties = { rows: { attribute: false }, shown: { attribute: false } };
  declare rows: readonly VirtualRow[];
  /** The row to keep in view, by its index. -1 if the user scrolls freely. */
  declare shown: number;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #unmount: (() => void) | undefined;
  #lastShown = -1;

  constructor() {
    super();
    this.rows = [];
    this.shown = -1;
    this.#virtualizer = new Virtualizer(this.#options());
  }

  #options(): VirtualizerOptions<HTMLElement, HTMLElement> {
    return {
      count: this.rows.length,
      getScrollElement: () => this,
      estimateSize: (at) => this.rows[at]?.height ?? 40,
      getItemKey: (at) => this.rows[at]?.key ?? at,
      overscan: OVERSCAN_ROWS,
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
    if (this.shown < 0 || this.shown >= this.rows.length || this.clientHeight === 0) this.#lastShown = -1;
    else if (this.shown !== this.#lastShown) {
      this.#lastShown = this.shown;
      // A high row, such as a form, begins at the top: its end may need all of the list.
      const isHigh = (this.rows[this.shown]?.height ?? 0) > this.clientHeight / 2;
      this.scrollToRow(this.shown, isHigh ? 'start' : 'center');
    }
  }

  /** Scrolls a row to the middle. Only the list moves. */
  scrollToRow(at: number, align: 'start' | 'center' | 'auto' = 'center'): void {
    this.#virtualizer.scrollToIndex(at, { align });
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
          html`<div class="vrow" role="listitem" data-index=${index} aria-posinset=${index + 1} aria-setsize=${this.rows.length} ${ref(this.#measure)}>${this.rows[index]?.render()}</div>`,
      )}
      <div class="space" .style=${`height:${Math.max(0, after)}px`}></div>`;
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
