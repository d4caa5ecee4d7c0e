import { html, nothing, type TemplateResult } from 'lit';
import { isNarrowed, type Narrowing, type State, type Store } from '../state.ts';
import { nameOf, nameOfUri } from '../text.ts';

/** What the question is narrowed to: a folder, the video that is open or was chosen, and the dates of recording. */
export function scopeBox({ narrowing, folders = [], watching }: State, store: Store): TemplateResult {
  const narrow = (change: Partial<Narrowing>) => store.set({ narrowing: { ...narrowing, ...change } });
  const day = (name: 'from' | 'to', label: string) =>
    html`<label
      >${label}
      <input
        type="date"
        .value=${narrowing[name]}
        @change=${(event: Event) => narrow({ [name]: (event.target as HTMLInputElement).value })}
      />
    </label>`;
  const open = watching?.video;
  const known = [
    ...folders.map(({ uri, path }) => ({ uri, label: nameOf(path) })),
    ...(open ? [{ uri: open.uri, label: `this video: ${nameOf(open.path)}` }] : []),
  ];
  const { uri: chosen } = narrowing;
  const strange = chosen !== undefined && !known.some(({ uri }) => uri === chosen);
  const places = strange ? [...known, { uri: chosen, label: nameOfUri(chosen) }] : known;
  const narrowed = isNarrowed(narrowing);
  return html`<details class="scope" ?open=${chosen !== undefined}>
    <summary>${narrowed ? `Scope: ${described(narrowing)}` : 'Scope: everything'}</summary>
    <div class="row">
      <label
        >Where
        <select
          @change=${(event: Event) => narrow({ uri: (event.target as HTMLSelectElement).value || undefined })}
        >
          <option value="" ?selected=${chosen === undefined}>everywhere</option>
          ${places.map(
            ({ uri, label }) => html`<option value=${uri} ?selected=${chosen === uri}>${label}</option>`,
          )}
        </select>
      </label>
      ${day('from', 'Recorded from')} ${day('to', 'to')}
      ${
        narrowed
          ? html`<vscode-button
              id="widen"
              secondary
              @click=${() => store.set({ narrowing: { from: '', to: '' } })}
              >Everything</vscode-button
            >`
          : nothing
      }
    </div>
  </details>`;
}

function described({ uri, from, to }: Narrowing): string {
  const dates = [from === '' ? '' : `from ${from}`, to === '' ? '' : `to ${to}`];
  return [uri === undefined ? '' : nameOfUri(uri), ...dates].filter((part) => part !== '').join(', ');
}
