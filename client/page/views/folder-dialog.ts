import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { BrowsedFolder } from '../../../server/protocol/folders.ts';
import { icon } from '../icons.ts';
import type { State } from '../state.ts';
import { formatBytes } from './details.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { ignoreComposingEnter, plural } from './view-helpers.ts';

/** Renders a field for a path, which Enter adds. */
export function addFolderForm({ library }: ViewActions): TemplateResult {
  const add = async (event: Event) => {
    event.preventDefault();
    const field = document.querySelector<HTMLElement & { value: string }>('#folder');
    if (field && field.value.trim() !== '' && (await library.addFolder(field.value))) field.value = '';
  };
  return html`<form class="row path-form" @submit=${add} @keydown=${ignoreComposingEnter()}>
    <vscode-textfield class="grow" id="folder" label="Path of a folder" placeholder="Or type a path, for example ~/Videos"></vscode-textfield>
    <button class="btn" id="add-path">Add</button>
  </form>`;
}

function countText({ count }: BrowsedFolder): string {
  if (count.videos === 0) return count.complete ? 'No videos' : 'Many files';
  return `${plural(count.videos, 'video')}${count.complete ? '' : ' or more'}, ${formatBytes(count.bytes)}`;
}

/** Renders the places to start from, each with its videos and a button that adds it. */
export function browsedPlaces({ browsed }: State, { library }: ViewActions): TemplateResult | typeof nothing {
  const places =
    browsed?.folder === undefined ? (browsed?.folders ?? []).filter(({ count }) => count.videos > 0) : [];
  if (places.length === 0) return nothing;
  return html`<h3 class="muted places-title">On this computer</h3>
    <div class="places">
      ${places.map(
        (folder) => html`<div class="place">
          ${icon('folder', 'muted')}
          <div class="grow"><b>${folder.name}</b><div class="muted small ell">${folder.path}, ${countText(folder)}</div></div>
          <button type="button" class="btn" ?disabled=${folder.watched} @click=${() => library.addFolderUri(folder.uri)}>${folder.watched ? 'Added' : 'Add'}</button>
        </div>`,
      )}
    </div>`;
}

/** Renders the folders of this computer, to choose one: a browser hides paths. */
export function folderDialog(state: State, actions: ViewActions): DialogParts {
  const { browsed } = state;
  const { library } = actions;
  const here = browsed?.folder;
  const crumb = (label: unknown, uri: string | undefined) =>
    html`<button type="button" class="btn quiet" @click=${() => library.browse(uri === undefined ? {} : { uri })}>${label}</button>`;
  return {
    title: 'Choose a folder',
    body: html`${addFolderForm(actions)}
      <nav class="crumbs" aria-label="Path">
        ${crumb(html`${icon('home')}Places`, undefined)}
        ${browsed?.parent === undefined ? nothing : html`${icon('right')}${crumb('Up', browsed.parent)}`}
        ${here === undefined ? nothing : html`${icon('right')}<b class="ell">${here.path}</b>`}
      </nav>
      ${
        browsed === undefined
          ? html`<p class="muted">Loading ...</p>`
          : html`<ul class="dirs">
              ${browsed.folders.length === 0 ? html`<li class="muted pad">No folders in here.</li>` : nothing}
              ${browsed.folders.map(
                (
                  folder,
                ) => html`<li><button type="button" @click=${() => library.browse({ uri: folder.uri })}>
                  ${icon('folder', 'muted')}<span class="grow ell">${folder.name}</span>
                  <span class="muted small num">${folder.watched ? 'Added, ' : ''}${countText(folder)}</span>${icon('right', 'muted')}
                </button></li>`,
              )}
            </ul>`
      }`,
    foot: html`<span class="grow"></span>
      <button type="button" class="btn" @click=${() => library.openDialog(undefined)}>Cancel</button>
      ${
        here === undefined
          ? nothing
          : html`<button type="button" class="btn primary" id="add-here" ?disabled=${here.watched} @click=${() => library.addFolderUri(here.uri)}>Add “${here.name}”, ${plural(here.count.videos, 'video')}</button>`
      }`,
  };
}
