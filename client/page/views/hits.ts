import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Hit } from '../../../server/protocol/search.ts';
import { isNarrowed, type State, type Turn } from '../state.ts';
import { clock, kindName, nameOf, playFrom } from '../text.ts';
import type { AskViewActions } from './actions.ts';
import { marked, withoutPicture } from './parts.ts';

/** Lines shown of a hit. */
const LINES = 4;

/** The moments found, best first. */
export function hitList(state: State, turn: Turn, actions: AskViewActions): TemplateResult {
  const hits = turn.result?.hits ?? [];
  if (hits.length === 0) return nothingFound(state, actions);
  return html`<section aria-label="Moments">
    <h2>${hits.length === 1 ? '1 moment' : `${hits.length} moments`}</h2>
    <ol class="hits">
      ${repeat(
        hits,
        (hit, at) => `${hit.clipId} ${hit.startMs} ${at}`,
        (hit) => html`<li>${hitView(hit, state, turn, actions)}</li>`,
      )}
    </ol>
  </section>`;
}

function nothingFound({ narrowing, status }: State, { asking, store }: AskViewActions): TemplateResult {
  const left = (status?.work.waiting ?? 0) + (status?.work.running.length ?? 0);
  const everywhere = () => {
    store.set({ narrowing: { from: '', to: '' } });
    void asking.again();
  };
  return html`<section class="empty" aria-label="Moments">
    <h2>Nothing found</h2>
    <p>
      No moment fits these words${isNarrowed(narrowing) ? ' in this scope' : ''}. Try other
      words${left > 0 ? ', or wait: some videos are still being read' : ''}.
    </p>
    ${
      isNarrowed(narrowing)
        ? html`<vscode-button id="everywhere" @click=${everywhere}>Look everywhere</vscode-button>`
        : nothing
    }
  </section>`;
}

function hitView(hit: Hit, state: State, turn: Turn, { watch, stillUrl }: AskViewActions): TemplateResult {
  const { watching } = state;
  const playing = watching?.uri === hit.uri && watching.startMs === hit.startMs;
  const range = `${clock(hit.startMs)} - ${clock(hit.endMs)}`;
  const playMs = playFrom(hit);
  const words = turn.likeness === undefined ? turn.question : '';
  return html`<button class="hit" aria-current=${playing} @click=${() => watch({ ...hit, playMs })}>
    <img src=${stillUrl(hit.uri, playMs, 240)} alt="" loading="lazy" width="120" height="68" @error=${withoutPicture} />
    <span class="what">
      <span class="where"><strong>${nameOf(hit.path)}</strong> <span class="time">${range}</span></span>
      ${hit.weak ? html`<span class="quiet">weak match</span>` : nothing}
      ${hit.evidence.slice(0, LINES).map(
        ({ kind, text, speaker, corrected }) =>
          html`<span class="line"
              ><span class="kind">${kindName(kind)}</span> ${speaker ? html`<em>${speaker}:</em>` : nothing}
              ${marked(text, words)}${corrected ? html` <span class="kind">corrected</span>` : nothing}</span
            >`,
      )}
    </span>
  </button>`;
}
