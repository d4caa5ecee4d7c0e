import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Citation } from '../../../server/protocol/ask.ts';
import { toMarkdown } from '../markdown.ts';
import { type State, serves, type Turn } from '../state.ts';
import { citedPieces, clock, nameOfUri } from '../text.ts';
import type { AskViewActions } from './actions.ts';
import { enterIn, troubleBox } from './parts.ts';

/** The conversation: earlier turns, the present one, and a box to ask on. */
export function threadView(state: State, turn: Turn, actions: AskViewActions): TemplateResult {
  const { asking } = actions;
  return html`
    ${
      state.earlier.length === 0
        ? nothing
        : html`<section class="earlier" aria-label="Earlier in this conversation">
            ${state.earlier.map(
              (before) => html`<article><h3>${before.question}</h3>${answerText(before, actions)}</article>`,
            )}
          </section>`
    }
    <section class="answer" aria-label="Answer" aria-live="polite" aria-busy=${turn.state === 'running'}>
      <h2 class="asked">${turn.question}</h2>
      ${answerText(turn, actions)}
      ${turn.state === 'running' ? waiting(turn) : nothing}
      ${turn.state === 'cancelled' ? html`<p class="quiet">Cancelled.</p>` : nothing} ${troubleBox(turn.trouble)}
    </section>
    ${turn.state === 'running' ? nothing : buttons(state, turn, actions)}
    ${turn.kind === 'ask' && turn.text !== '' && turn.state !== 'running' ? followUp(asking) : nothing}
  `;
}

function waiting({ kind, text, inspected }: Turn): TemplateResult {
  const doing =
    kind === 'search' ? 'Searching ...' : inspected ? 'Looking at the pictures ...' : 'Looking ...';
  return html`<p class="quiet running">${text === '' ? doing : nothing}</p>
    <vscode-progress-bar aria-label=${doing} indeterminate></vscode-progress-bar>`;
}

function answerText(turn: Turn, { watch }: AskViewActions): TemplateResult | typeof nothing {
  if (turn.text === '') return nothing;
  const citations = turn.result?.citations ?? [];
  const byNumber = new Map(citations.map((citation) => [citation.n, citation]));
  const pieces = citedPieces(turn.text, new Set(byNumber.keys()));
  const chip = (citation: Citation) => {
    const place = `${nameOfUri(citation.uri)} at ${clock(citation.startMs)}`;
    const label = `Citation ${citation.n}: play ${place}`;
    const play = () => watch(citation);
    return html`<button class="chip" aria-label=${label} title="${place}: ${citation.quote}" @click=${play}>${citation.n}</button>`;
  };
  const shown = pieces.map((piece) => {
    const citation = typeof piece === 'number' ? byNumber.get(piece) : undefined;
    return citation === undefined ? piece : chip(citation);
  });
  const { grounded, note } = turn.result ?? {};
  return html`<p class=${grounded === false ? 'text ungrounded' : 'text'}>${shown}</p>
    ${note === undefined ? nothing : html`<p class="quiet note">${note}</p>`}`;
}

function buttons(state: State, turn: Turn, { asking, store }: AskViewActions): TemplateResult {
  const all = [...state.earlier, turn].filter(({ text }) => text !== '');
  const copy = async () => {
    const text = all
      .map(({ question, text: answer, result }) => toMarkdown(question, answer, result?.citations ?? []))
      .join('\n');
    try {
      await navigator.clipboard.writeText(text);
      store.set({ said: 'Copied as Markdown.' });
    } catch {
      store.set({
        notice: { message: 'The browser did not let us copy.', remedy: 'Allow it to use the clipboard.' },
      });
    }
  };
  const answered = turn.kind === 'ask' && turn.text !== '';
  const failed = turn.state === 'failed' || turn.state === 'cancelled';
  const look = answered && !failed && !turn.inspected && serves(state.status, 'captioner');
  const button = (id: string, label: string, act: () => unknown) =>
    html`<vscode-button secondary id=${id} @click=${act}>${label}</vscode-button>`;
  return html`<div class="row buttons">
    ${all.length > 0 ? button('copy', 'Copy as Markdown', copy) : nothing}
    ${look ? button('look-again', 'Look again at the pictures', () => asking.again(true)) : nothing}
    ${failed ? button('again', 'Try again', () => asking.again(turn.inspected)) : nothing}
    ${turn.state === 'kept' ? button('again', 'Ask it again', () => asking.again()) : nothing}
    ${button('clear', 'New question', () => {
      asking.clear();
      requestAnimationFrame(() => document.querySelector<HTMLElement>('#question')?.focus());
    })}
  </div>`;
}

function followUp({ followUp: ask }: AskViewActions['asking']): TemplateResult {
  const send = (event: Event) => {
    event.preventDefault();
    const box = document.querySelector<HTMLElement & { value: string }>('#follow-up');
    if (box === null) return;
    ask(box.value);
    box.value = '';
  };
  return html`<form class="question follow" aria-label="Ask on" @submit=${send} @keydown=${enterIn()}>
    <vscode-textfield
      id="follow-up"
      label="Follow-up question"
      placeholder="Ask on in this conversation"
      maxlength="10000"
    ></vscode-textfield>
    <vscode-button id="ask-on" secondary @click=${send}>Ask on</vscode-button>
  </form>`;
}
