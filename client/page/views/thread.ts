import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Citation } from '../../../server/protocol/ask.ts';
import { toMarkdown } from '../markdown.ts';
import { type ChatTurn, hasModel, type State } from '../state.ts';
import { fileNameOfUri, formatTime, splitCitations } from '../text.ts';
import type { AskViewActions } from './view-actions.ts';
import { problemBox, submitOnEnter } from './view-helpers.ts';

/** Renders the conversation: the earlier turns, the current one, and a field for a follow-up question. */
export function threadView(state: State, turn: ChatTurn, actions: AskViewActions): TemplateResult {
  const { asking } = actions;
  return html`
    ${
      state.earlierTurns.length === 0
        ? nothing
        : html`<section class="earlier" aria-label="Earlier in this conversation">
            ${state.earlierTurns.map(
              (earlierTurn) =>
                html`<article><h3>${earlierTurn.question}</h3>${answerView(earlierTurn, actions)}</article>`,
            )}
          </section>`
    }
    <section class="answer" aria-label="Answer" aria-live="polite" aria-busy=${turn.state === 'running'}>
      <h2 class="asked">${turn.question}</h2>
      ${answerView(turn, actions)}
      ${turn.state === 'running' ? progressView(turn) : nothing}
      ${turn.state === 'cancelled' ? html`<p class="quiet">Cancelled.</p>` : nothing} ${problemBox(turn.problem)}
    </section>
    ${turn.state === 'running' ? nothing : threadButtons(state, turn, actions)}
    ${turn.kind === 'ask' && turn.text !== '' && turn.state !== 'running' ? followUpForm(asking) : nothing}
  `;
}

function progressView({ kind, text, isInspected }: ChatTurn): TemplateResult {
  const label = kind === 'search' ? 'Searching ...' : isInspected ? 'Examining frames ...' : 'Answering ...';
  return html`<p class="quiet running">${text === '' ? label : nothing}</p>
    <vscode-progress-bar aria-label=${label} indeterminate></vscode-progress-bar>`;
}

function answerView(turn: ChatTurn, { watch }: AskViewActions): TemplateResult | typeof nothing {
  if (turn.text === '') return nothing;
  const citations = turn.result?.citations ?? [];
  const byNumber = new Map(citations.map((citation) => [citation.n, citation]));
  const pieces = splitCitations(turn.text, new Set(byNumber.keys()));
  const citationChip = (citation: Citation) => {
    const place = `${fileNameOfUri(citation.uri)} at ${formatTime(citation.startMs)}`;
    const label = `Citation ${citation.n}: play ${place}`;
    const play = () => watch(citation);
    return html`<button class="chip" aria-label=${label} title="${place}: ${citation.quote}" @click=${play}>${citation.n}</button>`;
  };
  const content = pieces.map((piece) => {
    const citation = typeof piece === 'number' ? byNumber.get(piece) : undefined;
    return citation === undefined ? piece : citationChip(citation);
  });
  const { grounded, note } = turn.result ?? {};
  return html`<p class=${grounded === false ? 'text ungrounded' : 'text'}>${content}</p>
    ${note === undefined ? nothing : html`<p class="quiet note">${note}</p>`}`;
}

function threadButtons(state: State, turn: ChatTurn, { asking, store }: AskViewActions): TemplateResult {
  const answeredTurns = [...state.earlierTurns, turn].filter(({ text }) => text !== '');
  const copy = async () => {
    const text = answeredTurns
      .map(({ question, text: answer, result }) => toMarkdown(question, answer, result?.citations ?? []))
      .join('\n');
    try {
      await navigator.clipboard.writeText(text);
      store.set({ announcement: 'Copied as Markdown.' });
    } catch {
      store.set({
        notice: {
          message: 'The browser blocked access to the clipboard.',
          remedy: 'Allow clipboard access for this page, then copy again.',
        },
      });
    }
  };
  const hasAnswer = turn.kind === 'ask' && turn.text !== '';
  const hasFailed = turn.state === 'failed' || turn.state === 'cancelled';
  const canInspect = hasAnswer && !hasFailed && !turn.isInspected && hasModel(state.status, 'captioner');
  const button = (id: string, label: string, act: () => unknown) =>
    html`<vscode-button secondary id=${id} @click=${act}>${label}</vscode-button>`;
  return html`<div class="row buttons">
    ${answeredTurns.length > 0 ? button('copy', 'Copy as Markdown', copy) : nothing}
    ${canInspect ? button('look-again', 'Examine frames', () => asking.repeat(true)) : nothing}
    ${hasFailed ? button('again', 'Try again', () => asking.repeat(turn.isInspected)) : nothing}
    ${turn.state === 'kept' ? button('again', 'Ask again', () => asking.repeat()) : nothing}
    ${button('clear', 'New question', () => {
      asking.clear();
      requestAnimationFrame(() => document.querySelector<HTMLElement>('#question')?.focus());
    })}
  </div>`;
}

function followUpForm({ followUp: ask }: AskViewActions['asking']): TemplateResult {
  const send = (event: Event) => {
    event.preventDefault();
    const box = document.querySelector<HTMLElement & { value: string }>('#follow-up');
    if (box === null) return;
    ask(box.value);
    box.value = '';
  };
  return html`<form class="question follow" aria-label="Follow-up" @submit=${send} @keydown=${submitOnEnter()}>
    <vscode-textfield
      id="follow-up"
      label="Follow-up question"
      placeholder="Ask a follow-up"
      maxlength="10000"
    ></vscode-textfield>
    <vscode-button id="ask-on" secondary @click=${send}>Send</vscode-button>
  </form>`;
}
