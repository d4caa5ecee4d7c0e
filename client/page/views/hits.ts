import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Evidence, Hit } from '../../../server/protocol/search.ts';
import type { State, Turn } from '../state.ts';
import { clock, nameOf } from '../text.ts';
import type { AskViewActions } from './ask.ts';
import { marked } from './parts.ts';

const KINDS: Readonly<Record<Evidence['kind'], string>> = {
  speech: 'said',
  description: 'described',
  screenText: 'on screen',
  caption: 'seen',
  facts: 'measured',
  title: 'title',
  frame: 'looks alike',
};
/** Lines shown of a hit. */
const LINES = 4;

/** The moments found, best first. */
export function hitList(state: State, turn: Turn, actions: AskViewActions): TemplateResult {
  const hits = turn.result?.hits ?? [];
  if (hits.length === 0) {
    return html`<section class="empty" aria-label="Moments">
      <h2>Nothing found</h2>
      <p>
        No moment fits these words${state.narrowing.uri || state.narrowing.from || state.narrowing.to ? ' in this scope' : ''}.
        Try other words${(state.status?.work.waiting ?? 0) > 0 ? ', or wait: some videos are still being read' : ''}.
      </p>
    </section>`;
  }
  return html`<section aria-label="Moments">
    <h2>${hits.length === 1 ? '1 moment' : `${hits.length} moments`}</h2>
    <ol class="hits">
      ${repeat(
        hits,
        (hit, at) => `${hit.clipId} ${hit.startMs} ${at}`,
        (hit) => html`<li>${hitView(hit, state, turn.question, actions)}</li>`,
      )}
    </ol>
  </section>`;
}

function hitView(hit: Hit, state: State, query: string, { watch, stillUrl }: AskViewActions): TemplateResult {
  const playing = state.watching?.uri === hit.uri && state.watching.startMs === hit.startMs;
  const range = `${clock(hit.startMs)} - ${clock(hit.endMs)}`;
  return html`<button
    class="hit"
    aria-current=${playing}
    @click=${() => watch(hit)}
  >
    <img src=${stillUrl(hit.uri, hit.startMs, 240)} alt="" loading="lazy" width="120" height="68" />
    <span class="what">
      <span class="where"><strong>${nameOf(hit.path)}</strong> <span class="time">${range}</span></span>
      ${hit.weak ? html`<span class="quiet">weak match</span>` : nothing}
      ${hit.evidence.slice(0, LINES).map(
        ({ kind, text, speaker }) =>
          html`<span class="line"
              ><span class="kind">${KINDS[kind]}</span> ${speaker ? html`<em>${speaker}:</em>` : nothing}
              ${marked(text, query)}</span
            >`,
      )}
    </span>
  </button>`;
}
