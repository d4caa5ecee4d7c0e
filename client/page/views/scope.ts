import { html, nothing, type TemplateResult } from 'lit';
import { isNarrowed, type SearchScope, type State, type Store } from '../state.ts';
import { fileNameOfUri, nameOf } from '../text.ts';

/** Renders the scope of the question: a folder or video, and the recording dates. */
export function scopeBox({ searchScope, folders = [], watching }: State, store: Store): TemplateResult {
  const updateScope = (change: Partial<SearchScope>) =>
    store.set({ searchScope: { ...searchScope, ...change } });
  const dateField = (name: 'from' | 'to', label: string) =>
    html`<label
      >${label}
      <input
        type="date"
        .value=${searchScope[name]}
        @change=${(event: Event) => updateScope({ [name]: (event.target as HTMLInputElement).value })}
      />
    </label>`;
  const openVideo = watching?.video;
  const places = [
    ...folders.map(({ uri, path }) => ({ uri, label: nameOf(path) })),
    ...(openVideo ? [{ uri: openVideo.uri, label: `this video: ${nameOf(openVideo.path)}` }] : []),
  ];
  const { uri: chosen } = searchScope;
  const isUnlisted = chosen !== undefined && !places.some(({ uri }) => uri === chosen);
  const choices = isUnlisted ? [...places, { uri: chosen, label: fileNameOfUri(chosen) }] : places;
  const hasScope = isNarrowed(searchScope);
  return html`<details class="scope" ?open=${chosen !== undefined}>
    <summary>${hasScope ? `Scope: ${scopeText(searchScope)}` : 'Scope: everything'}</summary>
    <div class="row">
      <label
        >Where
        <select
          @change=${(event: Event) => updateScope({ uri: (event.target as HTMLSelectElement).value || undefined })}
        >
          <option value="" ?selected=${chosen === undefined}>everywhere</option>
          ${choices.map(
            ({ uri, label }) => html`<option value=${uri} ?selected=${chosen === uri}>${label}</option>`,
          )}
        </select>
      </label>
      ${dateField('from', 'Recorded from')} ${dateField('to', 'to')}
      ${
        hasScope
          ? html`<vscode-button
              id="widen"
              secondary
              @click=${() => store.set({ searchScope: { from: '', to: '' } })}
              >Search everything</vscode-button
            >`
          : nothing
      }
    </div>
  </details>`;
}

function scopeText({ uri, from, to }: SearchScope): string {
  const dates = [from === '' ? '' : `from ${from}`, to === '' ? '' : `to ${to}`];
  return [uri === undefined ? '' : fileNameOfUri(uri), ...dates].filter((part) => part !== '').join(', ');
}
