import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Citation } from '../../../server/protocol/ask.ts';
import type { Asking } from '../actions/ask.ts';
import { toMarkdown } from '../markdown.ts';
import type { Moment, State, Store, Turn } from '../state.ts';
import { citedPieces, clock, nameOf } from '../text.ts';
import { hitList } from './hits.ts';
import { troubleBox } from './parts.ts';
import { scopeBox } from './scope.ts';

export interface AskViewActions {
  readonly asking: Asking;
  readonly store: Store;
  readonly watch: (moment: Moment) => void;
  readonly stillUrl: (uri: string, ms: number, width: number) => string;
}

const field = () => document.querySelector<HTMLElement & { value: string }>('#question');
const typed = () => field()?.value ?? '';

/** The question box with what is behind it: the answer, its citations and the moments found. */
export function askView(state: State, actions: AskViewActions): TemplateResult {
  const { asking } = actions;
  const submit = (event: Event) => {
    event.preventDefault();
    void asking.ask(typed());
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') submit(event);
    if (event.key === 'Escape') asking.cancel();
  };
  const running = state.turn?.state === 'running';
  return html`
    <form class="question" role="search" @submit=${submit}>
      <vscode-textfield
        id="question"
        label="Question"
        placeholder="Ask your videos"
        maxlength="10000"
        @keydown=${onKey}
      ></vscode-textfield>
      <vscode-button id="ask" @click=${submit}>Ask</vscode-button>
      <vscode-button id="search" secondary @click=${() => asking.search(typed())}>Search</vscode-button>
      ${running ? html`<vscode-button id="cancel" secondary @click=${asking.cancel}>Cancel</vscode-button>` : nothing}
    </form>
    ${scopeBox(state, actions.store)}
    ${state.turn === undefined ? welcome(state, actions) : turnView(state, state.turn, actions)}
  `;
}

function welcome({ folders, history, status }: State, { asking, store }: AskViewActions): TemplateResult {
  const again = (question: string) => {
    const box = field();
    if (box) box.value = question;
    void asking.ask(question);
  };
  const none = folders !== undefined && folders.length === 0 && (status?.videos ?? 0) === 0;
  return html`<section class="empty" aria-label="Start">
    ${
      none
        ? html`<h2>No videos yet</h2>
            <p>Add a folder with videos: Goldfish watches it and answers questions about what is in it.</p>
            <vscode-button @click=${() => store.set({ view: 'library' })}>Open the library</vscode-button>`
        : html`<h2>Ask your videos</h2>
            <p>An answer names the places it rests on. A click plays from that second.</p>`
    }
    ${
      history.length === 0
        ? nothing
        : html`<h3>Asked before</h3>
            <ul class="plain">
              ${history.map(
                (question) =>
                  html`<li><button class="link" @click=${() => again(question)}>${question}</button></li>`,
              )}
            </ul>`
    }
  </section>`;
}

function turnView(state: State, turn: Turn, actions: AskViewActions): TemplateResult {
  return html`
    <section class="answer" aria-label="Answer" aria-live="polite" aria-busy=${turn.state === 'running'}>
      ${turn.kind === 'ask' ? answerText(turn, actions) : nothing}
      ${turn.state === 'running' ? html`<p class="quiet running">${turn.text === '' ? 'Looking ...' : nothing}</p>` : nothing}
      ${turn.state === 'cancelled' ? html`<p class="quiet">Cancelled.</p>` : nothing} ${troubleBox(turn.trouble)}
    </section>
    ${turn.state === 'done' ? hitList(state, turn, actions) : nothing}
  `;
}

function answerText(turn: Turn, { watch, asking }: AskViewActions): TemplateResult | typeof nothing {
  if (turn.text === '') return nothing;
  const citations = turn.result?.citations ?? [];
  const byNumber = new Map(citations.map((citation) => [citation.n, citation]));
  const pieces = citedPieces(turn.text, new Set(byNumber.keys()));
  const copy = () => navigator.clipboard.writeText(toMarkdown(turn.question, turn.text, citations));
  const chip = (citation: Citation) => {
    const place = `${nameOf(decoded(citation.uri))} at ${clock(citation.startMs)}`;
    const label = `Citation ${citation.n}: play ${place}`;
    const play = () => watch(citation);
    return html`<button class="chip" aria-label=${label} title=${place} @click=${play}>${citation.n}</button>`;
  };
  const shown = pieces.map((piece) => {
    const citation = typeof piece === 'number' ? byNumber.get(piece) : undefined;
    return citation === undefined ? piece : chip(citation);
  });
  return html`<p class=${turn.result?.grounded === false ? 'text ungrounded' : 'text'}>${shown}</p>
    ${
      turn.state === 'done'
        ? html`<div class="row">
            <vscode-button secondary id="copy" @click=${copy}>Copy as Markdown</vscode-button>
            <vscode-button secondary id="clear" @click=${asking.clear}>Clear</vscode-button>
          </div>`
        : nothing
    }`;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
