import { html, nothing, type TemplateResult } from 'lit';
import type { State } from '../state.ts';
import type { AskViewActions } from './view-actions.ts';

/** Renders the view before the first question: what to do, and the history. */
export function welcome(state: State, { asking, store }: AskViewActions): TemplateResult {
  const { folders, history, status } = state;
  if (state.link === 'connecting' || folders === undefined) {
    return html`<section class="empty" aria-label="Start">
      <p class="quiet">${state.link === 'gone' ? 'Goldfish is not running.' : 'Loading your library ...'}</p>
    </section>`;
  }
  const isEmpty = folders.length === 0 && (status?.videos ?? 0) === 0;
  const remaining = (status?.work.waiting ?? 0) + (status?.work.running.length ?? 0);
  return html`<section class="empty" aria-label="Start">
    ${
      isEmpty
        ? html`<h2>No videos yet</h2>
            <p>Goldfish reads each video where it is and answers questions with a link to the second. Nothing is copied or uploaded.</p>
            <vscode-button @click=${() => store.set({ view: 'library' })}>Add a folder</vscode-button>`
        : html`<h2>Ask your videos</h2>
            <p>Answers cite moments. Click a number to play it.</p>
            ${
              remaining > 0
                ? html`<p class="quiet">
                    ${remaining === 1 ? '1 video is' : `${remaining} videos are`} still being indexed. Answers use the videos
                    indexed so far.
                  </p>`
                : nothing
            }`
    }
    ${
      history.length === 0
        ? nothing
        : html`<h3>Recent questions</h3>
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
            <vscode-button id="clear-history" secondary @click=${asking.forgetHistory}>Clear history</vscode-button>`
    }
  </section>`;
}
