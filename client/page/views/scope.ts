import { html, type TemplateResult } from 'lit';
import type { Narrowing, State, Store } from '../state.ts';
import { nameOf } from '../text.ts';

/** What the question is narrowed to: a folder or the video that is open, and the dates of recording. */
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
  const video = watching?.video;
  const places = [
    ...folders.map(({ uri, path }) => ({ uri, label: nameOf(path) })),
    ...(video ? [{ uri: video.uri, label: `this video: ${nameOf(video.path)}` }] : []),
  ];
  const narrowed = narrowing.uri !== undefined || narrowing.from !== '' || narrowing.to !== '';
  return html`<details class="scope">
    <summary>${narrowed ? 'Scope: narrowed' : 'Scope: everything'}</summary>
    <div class="row">
      <label
        >Where
        <select
          @change=${(event: Event) => narrow({ uri: (event.target as HTMLSelectElement).value || undefined })}
        >
          <option value="" ?selected=${narrowing.uri === undefined}>everywhere</option>
          ${places.map(
            ({ uri, label }) =>
              html`<option value=${uri} ?selected=${narrowing.uri === uri}>${label}</option>`,
          )}
        </select>
      </label>
      ${day('from', 'Recorded from')} ${day('to', 'to')}
    </div>
  </details>`;
}
