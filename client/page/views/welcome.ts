import { html, nothing, type TemplateResult } from 'lit';
import type { State } from '../state.ts';
import type { AskViewActions } from './view-actions.ts';

/** What is shown before the first question: what to do, and what was asked before. */
export function welcome(state: State, { asking, store }: AskViewActions): TemplateResult {
  const { folders, history, status } = state;
  if (state.link === 'connecting' || folders === undefined) {
    return html`<section class="empty" aria-label="Start">
      <p class="quiet">${state.link === 'gone' ? 'Goldfish is not there.' : 'Looking for your videos ...'}</p>
    </section>`;
  }
  const isEmpty = folders.length === 0 && (status?.videos ?? 0) === 0;
  const remaining = (status?.work.waiting ?? 0) + (status?.work.running.length ?? 0);
  return html`<section class="empty" aria-label="Start">
    ${
      isEmpty
        ? html`<h2>No videos yet</h2>
            <p>Add a folder with videos: Goldfish watches it and answers questions about what is in it.</p>
            <vscode-button @click=${() => store.set({ view: 'library' })}>Open the library</vscode-button>`
        : html`<h2>Ask your videos</h2>
            <p>An answer names the places it rests on. A click plays from that second.</p>
            ${
              remaining > 0
                ? html`<p class="quiet">
                    ${remaining === 1 ? '1 video is' : `${remaining} videos are`} still being read: what is asked now is answered
                    from the others.
                  </p>`
                : nothing
            }`
    }
    ${
      history.length === 0
        ? nothing
        : html`<h3>Asked before</h3>
            <ul class="plain history">
              ${history.map((thread) => {
                const [first] = thread.turns;
                const moreTurns = thread.turns.length - 1;
                return html`<li>
                  <button class="link" @click=${() => asking.open(thread)}>${first?.question}</button>
                  ${first?.kind === 'search' ? html`<span class="kind">search</span>` : nothing}
                  ${moreTurns > 0 ? html`<span class="kind">and ${moreTurns} more</span>` : nothing}
                </li>`;
              })}
            </ul>
            <vscode-button id="clear-history" secondary @click=${asking.forgetHistory}>Clear the history</vscode-button>`
    }
  </section>`;
}
