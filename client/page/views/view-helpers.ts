import { html, nothing, type TemplateResult } from 'lit';
import type { TextRange } from '../../../server/protocol/search.ts';
import { type IconName, icon } from '../icons.ts';
import type { MomentKind } from '../moments.ts';
import type { Problem } from '../state.ts';
import { markMatches } from '../text.ts';

/** Renders a text with the words of the query marked. */
export function highlight(text: string, query: string): TemplateResult {
  return html`${markMatches(text, query).map((piece) => (piece.isMatch ? html`<mark>${piece.text}</mark>` : piece.text))}`;
}

/** Renders a text with ranges marked, or the words of the query if there are no ranges. */
export function markRanges(
  text: string,
  ranges: readonly TextRange[] | undefined,
  query: string,
): TemplateResult {
  if (ranges === undefined) return highlight(text, query);
  let at = 0;
  const parts = ranges.flatMap(({ start, end }) => {
    const before = text.slice(at, start);
    at = end;
    return [before, html`<mark>${text.slice(start, end)}</mark>`];
  });
  return html`${parts}${text.slice(at)}`;
}

/** Handles `@error` of a still: shows empty space instead of a broken image. */
export function hideBrokenImage(event: Event): void {
  (event.target as HTMLImageElement).classList.add('broken');
}

/** Renders what went wrong and what to do. */
export function problemBox(problem: Problem | undefined): TemplateResult | typeof nothing {
  if (problem === undefined) return nothing;
  return html`<div class="trouble" role="alert">
    ${icon('warning')}
    <div>
      <p>${problem.message}</p>
      <p class="muted">${problem.remedy}</p>
    </div>
  </div>`;
}

/** Renders a button that shows only an icon. Its name is its tooltip too. */
export function iconButton(
  name: IconName,
  label: string,
  act: (event: Event) => unknown,
  { id, className = '', pressed }: { id?: string; className?: string; pressed?: boolean } = {},
): TemplateResult {
  return html`<button
    type="button"
    class="icon ${className} ${pressed ? 'on' : ''}"
    id=${id ?? nothing}
    aria-label=${label}
    title=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    @click=${act}
  >${icon(name)}</button>`;
}

const KIND_NAMES: Readonly<Record<MomentKind, readonly [IconName, string]>> = {
  said: ['said', 'Said'],
  screen: ['screen', 'On screen'],
  seen: ['seen', 'Seen'],
  tagged: ['tagged', 'Tagged'],
  named: ['named', 'In the name'],
  technical: ['info', 'Measured'],
};

export const kindName = (kind: MomentKind): string => KIND_NAMES[kind][1];

/** Renders the icon of a kind. Screen readers hear its name. */
export const kindIcon = (kind: MomentKind): TemplateResult =>
  html`<span class="kind ${kind}" title=${kindName(kind)}>${icon(KIND_NAMES[kind][0])}<span class="vh">${kindName(kind)}: </span></span>`;

/** Renders the bars that mark what is playing. */
export const playingBars = (): TemplateResult =>
  html`<span class="eq" title="Playing"><i></i><i></i><i></i></span>`;

/**
 * Creates a `@keydown` handler for a form. Its text fields submit on Enter, even while an input method composes a word;
 * this handler prevents that.
 */
export function ignoreComposingEnter() {
  return {
    capture: true,
    handleEvent(event: KeyboardEvent) {
      if (event.key === 'Enter' && event.isComposing) event.stopPropagation();
    },
  };
}

/** Renders a menu: a button that opens a panel below or above it. A click elsewhere, Esc and a choice close it. */
export function menu(
  id: string,
  label: TemplateResult,
  items: unknown,
  { className = 'chip', name }: { className?: string; name?: string } = {},
): TemplateResult {
  return html`<details class="menu" id=${id} @focusout=${closeOnLeave}>
    <summary class=${className} aria-label=${name ?? nothing} title=${name ?? nothing}>${label}</summary>
    <div class="panel-menu">${items}</div>
  </details>`;
}

function closeOnLeave(event: FocusEvent): void {
  const details = event.currentTarget as HTMLDetailsElement;
  const isInside = event.relatedTarget instanceof Node && details.contains(event.relatedTarget);
  // Without a new focus the window lost it, or a click went beside a control.
  if (!isInside && event.relatedTarget !== null) details.open = false;
}

/** Closes the menus that are open. Returns whether there was one, and gives it the focus back. */
export function closeMenus(except?: Element | null): boolean {
  const open = [...document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')].filter(
    (details) => details !== except,
  );
  for (const details of open) {
    if (details.contains(document.activeElement)) details.querySelector('summary')?.focus();
    details.open = false;
  }
  return open.length > 0;
}

/** Renders an entry of a menu. */
export function menuItem(
  label: unknown,
  act: () => unknown,
  {
    isChosen,
    id,
    name,
    isDisabled = false,
  }: { isChosen?: boolean; id?: string; name?: string; isDisabled?: boolean } = {},
): TemplateResult {
  const choose = () => {
    closeMenus();
    act();
  };
  return html`<button
    type="button"
    id=${id ?? nothing}
    aria-label=${name ?? nothing}
    aria-pressed=${isChosen === undefined ? nothing : String(isChosen)}
    ?disabled=${isDisabled}
    @click=${choose}
  >${label}${isChosen ? icon('check') : nothing}</button>`;
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
