import { html, nothing, type TemplateResult } from 'lit';
import { fish, icon } from '../icons.ts';
import type { State } from '../state.ts';
import { composer } from './composer.ts';
import { conversation } from './conversation.ts';
import { dialogs } from './dialogs.ts';
import { firstVisit } from './first-visit.ts';
import { homeAside, homeTalk } from './home.ts';
import { libraryView } from './library.ts';
import { nowBar } from './now-bar.ts';
import { progressText } from './progress.ts';
import { searchedPanel } from './searched.ts';
import { stage } from './stage.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, problemBox } from './view-helpers.ts';

/** Renders the page. */
export function app(state: State, actions: ViewActions): TemplateResult {
  return html`<div class="app ${state.isReadOnly ? 'read-only' : ''} ${state.mayCorrect ? 'may-correct' : ''}">
    ${topBar(state, actions)} ${connectionBanner(state, actions)} ${noticeBar(state, actions)}
    <p class="vh" id="announcement" role="status">${state.announcement}</p>
    ${mainView(state, actions)} ${dialogs(state, actions)}
  </div>`;
}

function mainView(state: State, actions: ViewActions): TemplateResult {
  const isEmpty = state.folders?.length === 0 && (state.status?.videos ?? 0) === 0;
  // What is read or written stays, even if its folder was removed meanwhile.
  const isUnused = state.watching === undefined && state.turn === undefined && state.draft === '';
  if (isEmpty && isUnused && !state.isReadOnly) return firstVisit(state, actions);
  return state.view === 'library' ? libraryView(state, actions) : askView(state, actions);
}

function askView(state: State, actions: ViewActions): TemplateResult {
  const { turn, watching, playingElsewhere, isStageFull } = state;
  const isHome = turn === undefined;
  const isNothingFound = turn?.state === 'done' && turn.kind === 'ask' && turn.result?.grounded === false;
  const side =
    watching !== undefined
      ? stage(state, watching, actions)
      : playingElsewhere !== undefined
        ? nowBar(playingElsewhere, actions)
        : isHome
          ? homeAside(state, actions)
          : isNothingFound
            ? searchedPanel(state, actions)
            : html`<section class="stage only-wide" aria-label="Player"><p class="hint empty-stage">Click a number or a line to play it here.</p></section>`;
  const className = `ask ${isHome && watching === undefined ? 'home' : ''} ${watching === undefined ? '' : 'watching'} ${isStageFull ? 'full' : ''}`;
  return html`<main class=${className}>
    <div class="talk">${isHome ? homeTalk(state, actions) : conversation(state, turn, actions)}</div>
    ${side} ${composer(state, actions)}
  </main>`;
}

function topBar(state: State, { alerting, library, models, watching, store }: ViewActions): TemplateResult {
  const go = (view: State['view']) => (event: Event) => {
    event.preventDefault();
    if (view === 'library') watching.hold();
    store.set({ view, notice: undefined });
  };
  const goHome = (event: Event) => {
    event.preventDefault();
    store.set({ view: 'ask' });
  };
  const tab = (view: State['view'], label: string) =>
    html`<a class="tab" href=${view === 'ask' ? '?' : '?view=library'} aria-current=${state.view === view ? 'page' : nothing} @click=${go(view)}>${icon(view)}${label}</a>`;
  return html`<header class="top">
    <a class="brand" href="?" @click=${goHome} aria-label="Goldfish, start">${fish()}<span>Goldfish</span></a>
    <nav class="tabs" aria-label="Views">${tab('ask', 'Ask')} ${tab('library', 'Library')}</nav>
    <span class="grow"></span>
    ${statusButton(state, () => library.openDialog({ kind: 'status' }))}
    ${iconButton('clock', 'Recent questions', () => library.openDialog({ kind: 'history' }), { id: 'recent', className: 'only-mid' })}
    ${state.isReadOnly ? nothing : iconButton('bell', state.hasNewMatches ? 'Alerts, new matches' : 'Alerts', alerting.open, { id: 'alerts-button', className: state.hasNewMatches ? 'only-mid new' : 'only-mid' })}
    ${iconButton('models', 'Models', models.open, { id: 'models' })}
    ${iconButton('keys', 'Keyboard shortcuts (?)', () => library.openDialog({ kind: 'keys' }), { id: 'keys', className: 'only-mid' })}
  </header>`;
}

function statusButton(state: State, open: () => void): TemplateResult {
  const text = progressText(state);
  const failed = state.status?.work.failed.length ?? 0;
  const isBusy = text.startsWith('Reading') || text.startsWith('Planning');
  const dot = state.link === 'gone' ? 'off' : isBusy || failed > 0 || state.status?.paused ? 'warn' : '';
  return html`<button class="status" id="status" title="Index status: ${text}" aria-label="Index status: ${text}" @click=${open}>
    <span class="dot ${dot}"></span><span class="progress">${text}</span>
  </button>`;
}

function connectionBanner(
  state: State,
  { host, reconnect, copy }: ViewActions,
): TemplateResult | typeof nothing {
  if (state.link !== 'gone') return nothing;
  const queued = state.isDraftQueued ? ' Your question is sent when it is back.' : '';
  return html`<div class="banner" id="gone" role="alert">
    ${icon('unplugged')}
    <span class="grow"><b>Goldfish is not running.</b> Everything on this page stays.${host.restart === undefined ? ' Trying again every 4 s.' : ''}${queued}</span>
    ${
      host.restart === undefined
        ? html`<span class="row">Start it with <code>goldfish open</code></span>
            <button class="btn quiet" @click=${() => copy('goldfish open', 'Copied.')}>${icon('copy')}Copy</button>
            <button class="btn" id="reconnect" @click=${reconnect}>Try now</button>`
        : html`<button class="btn primary" id="restart" @click=${host.restart}>Start Goldfish</button>`
    }
  </div>`;
}

function noticeBar({ notice, dialog }: State, { store }: ViewActions): TemplateResult | typeof nothing {
  if (notice === undefined || dialog !== undefined) return nothing;
  return html`<div class="notice">
    ${problemBox(notice)} ${iconButton('close', 'Close this message', () => store.set({ notice: undefined }))}
  </div>`;
}
