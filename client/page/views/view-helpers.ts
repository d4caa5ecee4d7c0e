import { html, nothing, type TemplateResult } from 'lit';
import type { Problem } from '../state.ts';
import { markMatches } from '../text.ts';

/** A text with the words of the query marked. */
export function highlight(text: string, query: string): TemplateResult {
  return html`${markMatches(text, query).map((piece) => (piece.isMatch ? html`<mark>${piece.text}</mark>` : piece.text))}`;
}

/** For `@error` of a still: an empty place says as much as a broken picture does. */
export function hideBrokenImage(event: Event): void {
  (event.target as HTMLImageElement).removeAttribute('src');
}

/** Says that something went wrong, and what to do. */
export function problemBox(trouble: Problem | undefined): TemplateResult | typeof nothing {
  if (trouble === undefined) return nothing;
  return html`<div class="trouble" role="alert">
    <p>${trouble.message}</p>
    <p class="quiet">${trouble.remedy}</p>
  </div>`;
}

/**
 * For `@keydown` of a form: the text fields in it submit it at Enter by themselves, also while a word is still being
 * composed, which is kept from them here. Shift and Enter do `shifted` instead.
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
 * For `ref`: brings what is current into the middle of its list, once, so that a person who scrolls away is not pulled
 * back. The list alone scrolls: the page must stand still while a video plays.
 */
export function scrollIntoView(axis: 'block' | 'inline'): (element: Element | undefined) => void {
  let lastShown: Element | undefined;
  return (element) => {
    if (element === undefined || element === lastShown) return;
    lastShown = element;
    // Only now is it laid out.
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
