import { html, nothing, type TemplateResult } from 'lit';
import type { Trouble } from '../state.ts';
import { mark } from '../text.ts';

/** A text with the words of the query marked. */
export function marked(text: string, query: string): TemplateResult {
  return html`${mark(text, query).map((piece) => (piece.marked ? html`<mark>${piece.text}</mark>` : piece.text))}`;
}

/** Says that something went wrong, and what to do. */
export function troubleBox(trouble: Trouble | undefined): TemplateResult | typeof nothing {
  if (trouble === undefined) return nothing;
  return html`<div class="trouble" role="alert">
    <p>${trouble.message}</p>
    <p class="quiet">${trouble.remedy}</p>
  </div>`;
}
