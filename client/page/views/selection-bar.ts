import { html, nothing, type TemplateResult } from 'lit';
import type { Uri } from '../../../server/protocol/base.ts';
import { icon } from '../icons.ts';
import type { State } from '../state.ts';
import { fileNameOfUri } from '../text.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, ignoreComposingEnter, plural } from './view-helpers.ts';

/** Limits the moments of one export. */
const MAX_EXPORTED = 1000;

/** Renders what to do with the selected videos. */
export function selectionBar(
  state: State,
  { library, exporting }: ViewActions,
): TemplateResult | typeof nothing {
  const { selected } = state.library;
  if (selected.length === 0) return nothing;
  const isTooMuch = selected.length > MAX_EXPORTED;
  return html`<div class="selbar" role="toolbar" aria-label="${plural(selected.length, 'video')} selected">
    <b>${selected.length} selected</b>
    <button type="button" class="btn" id="ask-selected" @click=${() => library.askAbout(selected)}>${icon('ask')}Ask about these</button>
    <button type="button" class="btn quiet" id="tag-selected" @click=${() => library.openDialog({ kind: 'tag', uris: selected })}>${icon('tagged')}<span class="only-mid">Tag</span></button>
    <button type="button" class="btn quiet" id="export-selected" ?disabled=${isTooMuch} title=${isTooMuch ? `At most ${MAX_EXPORTED} videos` : nothing} @click=${() => library.openDialog({ kind: 'export', uris: selected })}>${icon('export')}<span class="only-mid">Export</span></button>
    <button type="button" class="btn quiet" id="digest-selected" @click=${() => exporting.saveDigest(selected)}>${icon('named')}<span class="only-mid">Summarise</span></button>
    ${firstInLine(state, library)}
    <button type="button" class="btn quiet" id="again-selected" @click=${() => library.confirm('readAgain', selected)}>${icon('again')}<span class="only-mid">Index again</span></button>
    <button type="button" class="btn quiet danger" id="forget-selected" @click=${() => library.confirm('forget', selected)}>${icon('remove')}<span class="only-mid">Remove from index</span></button>
    ${iconButton('close', 'Clear selection (Esc)', () => library.change({ selected: [] }), { id: 'clear-selection' })}
  </div>`;
}

/** Renders the button that moves waiting videos to the front, if any is selected. */
function firstInLine(
  { videos = [], library: { selected } }: State,
  library: ViewActions['library'],
): TemplateResult | typeof nothing {
  const chosen = new Set(selected);
  const waiting = videos.flatMap(({ uri, state }) =>
    chosen.has(uri) && (state === 'waiting' || state === 'running') ? [uri] : [],
  );
  if (waiting.length === 0) return nothing;
  return html`<button type="button" class="btn quiet" id="first-selected" @click=${() => library.indexFirst(waiting)}>${icon('up')}<span class="only-mid">Index first</span></button>`;
}

/** Renders a field for the words that tag whole videos. */
export function tagDialog(uris: readonly Uri[], { library }: ViewActions): DialogParts {
  const [first = ''] = uris;
  const tag = (event: Event) => {
    event.preventDefault();
    const words = document.querySelector<HTMLElement & { value: string }>('#tag-words')?.value.trim() ?? '';
    if (words !== '') void library.tagVideos(uris, words);
  };
  return {
    title: `Tag ${uris.length === 1 ? fileNameOfUri(first) : plural(uris.length, 'video')}`,
    body: html`<form id="tag-form" @submit=${tag} @keydown=${ignoreComposingEnter()}>
        <vscode-textfield id="tag-words" data-focus label="Tag" placeholder="For example: holiday" maxlength="200"></vscode-textfield>
      </form>
      <p class="hint">A tag marks each video from start to end. You can find it with tag:word.</p>`,
    foot: html`<span class="grow"></span>
      <button type="button" class="btn" @click=${() => library.openDialog(undefined)}>Cancel</button>
      <button type="submit" form="tag-form" class="btn primary" id="tag-save">${icon('tagged')}Tag ${plural(uris.length, 'video')}</button>`,
  };
}
