import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { AlertItem, AlertMatchItem } from '../../../server/protocol/alerts.ts';
import { icon } from '../icons.ts';
import { toMomentKind } from '../moments.ts';
import type { State } from '../state.ts';
import { fileNameOfUri, formatTime } from '../text.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { ignoreComposingEnter, kindIcon, plural } from './view-helpers.ts';

/** Limits the matches shown of an alert. */
const MAX_MATCHES = 5;

function matchRow(
  { uri, startMs, endMs, kind, text }: AlertMatchItem,
  { watching, library, store }: ViewActions,
): TemplateResult {
  const play = () => {
    library.openDialog(undefined);
    store.set({ view: 'ask' });
    watching.watch({ uri, startMs, endMs });
  };
  return html`<li><button type="button" @click=${play}>
    <time>${formatTime(startMs)}</time>${kindIcon(toMomentKind(kind))}<span class="ell grow">${text}</span><span class="muted small ell">${fileNameOfUri(uri)}</span>
  </button></li>`;
}

function alertRow({ id, query, count, matches }: AlertItem, actions: ViewActions): TemplateResult {
  return html`<li>
    <p class="row"><b class="ell grow">${query}</b><span class="muted small">${count === 0 ? 'No match yet' : plural(count, 'match', 'matches')}</span>
      <button type="button" class="btn" aria-label="Remove the alert ${query}" @click=${() => actions.alerting.remove(id)}>Remove</button></p>
    ${matches.length === 0 ? nothing : html`<ul class="dirs">${matches.slice(0, MAX_MATCHES).map((match) => matchRow(match, actions))}</ul>`}
  </li>`;
}

/** Renders the saved searches that notify, each with its last matches. */
export function alertsDialog({ alerts, draft }: State, actions: ViewActions): DialogParts {
  const add = async (event: Event) => {
    event.preventDefault();
    const field = document.querySelector<HTMLElement & { value: string }>('#alert');
    if (field && field.value.trim() !== '' && (await actions.alerting.add(field.value.trim())))
      field.value = '';
  };
  return {
    title: 'Alerts',
    body: html`<form class="row path-form" @submit=${add} @keydown=${ignoreComposingEnter()}>
        <vscode-textfield class="grow" id="alert" label="Words to be told of" placeholder="For example: budget" .value=${draft}></vscode-textfield>
        <button class="btn primary" id="add-alert">${icon('bell')}Tell me</button>
      </form>
      <p class="hint">Goldfish tells you when one of these is said or shown in a video that it indexes from now on.</p>
      ${
        alerts === undefined
          ? html`<p class="muted">Loading ...</p>`
          : html`<ul class="work" id="alerts">${alerts.map((alert) => alertRow(alert, actions))}</ul>`
      }`,
  };
}
