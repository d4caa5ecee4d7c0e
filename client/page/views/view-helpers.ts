import { html, nothing, type TemplateResult } from 'lit';
import type { Problem } from '../state.ts';
import { markMatches } from '../text.ts';

/** Renders a text with the words of the query marked. */
export function highlight(text: string, query: string): TemplateResult {
  return html`${markMatches(text, query).map((piece) => (piece.isMatch ? html`<mark>${piece.text}</mark>` : piece.text))}`;
}

/** Handles `@error` of a still: shows empty space instead of a broken image. */
export function hideBrokenImage(event: Event): void {
  (event.target as HTMLImageElement).removeAttribute('src');
}

/** Renders what went wrong and what to do. */
export function problemBox(trouble: Problem | undefined): TemplateResult | typeof nothing {
  if (trouble === undefined) return nothing;
  return html`<div class="trouble" role="alert">
    <p>${trouble.message}</p>
    <p class="quiet">${trouble.remedy}</p>
  </div>`;
}

/**
 * Creates a `@keydown` handler for a form. Its text fields submit on Enter, even while an input method composes a word;
 * this handler prevents that. Shift+Enter calls `onShiftEnter` instead.
 */
export function submitOnEnter(onShiftEnter?: () => void) {
  return {
    capture: true,
    handleEvent(event: KeyboardEvent) {
      if (event.key !== 'Enter') return;
      if (event.isComposing) event.stopPropagation();
      else if (event.shiftKey && onShiftEnter) {
        event.stopPropagation();
        event.preventDefault();
        onShiftEnter();
      }
    },
  };
}

/**
 * Creates a `ref` callback that scrolls the current element to the middle of its list. It scrolls once per element, so
 * that the user can scroll away. Only the list scrolls: the page must not move while a video plays.
 */
export function scrollIntoView(axis: 'block' | 'inline'): (element: Element | undefined) => void {
  let lastShown: Element | undefined;
  return (element) => {
    if (element === undefined || element === lastShown) return;
    lastShown = element;
    // The layout is known only in the next frame.
    requestAnimationFrame(() => {
      const list = element.parentElement;
      if (!(element instanceof HTMLElement) || !list) return;
      if (axis === 'block')
        list.scrollTop = element.offsetTop - list.offsetTop - (list.clientHeight - element.offsetHeight) / 2;
      else
        list.scrollLeft = element.offsetLeft - list.offsetLeft - (list.clientWidth - element.offsetWidth) / 2;
    });
  };
}
