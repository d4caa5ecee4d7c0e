import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Hit } from '../../../server/protocol/search.ts';
import { type ChatTurn, isNarrowed, type State } from '../state.ts';
import { formatTime, kindLabel, nameOf, playStart } from '../text.ts';
import type { AskViewActions } from './view-actions.ts';
import { hideBrokenImage, highlight } from './view-helpers.ts';

/** Limits the lines shown of a hit. */
const MAX_LINES = 4;

/** Renders the moments found, best first. */
export function hitList(state: State, turn: ChatTurn, actions: AskViewActions): TemplateResult {
  const hits = turn.result?.hits ?? [];
  if (hits.length === 0) return emptyResult(state, actions);
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

function emptyResult({ searchScope, status }: State, { asking, store }: AskViewActions): TemplateResult {
  const remaining = (status?.work.waiting ?? 0) + (status?.work.running.length ?? 0);
  const searchEverywhere = () => {
    store.set({ searchScope: { from: '', to: '' } });
    void asking.repeat();
  };
  return html`<section class="empty" aria-label="Moments">
    <h2>Nothing found</h2>
    <p>
      No moment matches${isNarrowed(searchScope) ? ' in this scope' : ''}. Try other
      words${remaining > 0 ? ', or wait until all videos are indexed' : ''}.
    </p>
    ${
      isNarrowed(searchScope)
        ? html`<vscode-button id="everywhere" @click=${searchEverywhere}>Search everywhere</vscode-button>`
        : nothing
    }
  </section>`;
}

function hitView(
  hit: Hit,
  state: State,
  turn: ChatTurn,
  { watch, stillUrl }: AskViewActions,
): TemplateResult {
  const { watching } = state;
  const isPlaying = watching?.uri === hit.uri && watching.startMs === hit.startMs;
  const range = `${formatTime(hit.startMs)} - ${formatTime(hit.endMs)}`;
  const playMs = playStart(hit);
  const words = turn.similarTo === undefined ? turn.question : '';
  return html`<button class="hit" aria-current=${isPlaying} @click=${() => watch({ ...hit, playMs })}>
    <img src=${stillUrl(hit.uri, playMs, 240)} alt="" loading="lazy" width="120" height="68" @error=${hideBrokenImage} />
    <span class="what">
      <span class="where"><strong>${nameOf(hit.path)}</strong> <span class="time">${range}</span></span>
      ${hit.weak ? html`<span class="quiet">weak match</span>` : nothing}
      ${hit.evidence.slice(0, MAX_LINES).map(
        ({ kind, text, speaker, corrected }) =>
          html`<span class="line"
              ><span class="kind">${kindLabel(kind)}</span> ${speaker ? html`<em>${speaker}:</em>` : nothing}
              ${highlight(text, words)}${corrected ? html` <span class="kind">corrected</span>` : nothing}</span
            >`,
      )}
    </span>
  </button>`;
}
