import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import { toMarkdown } from '../markdown.ts';
import { type ChatTurn, hasModel, isNarrowed, type State } from '../state.ts';
import { answerText } from './citations.ts';
import { suggestionList } from './home.ts';
import { momentList } from './moments.ts';
import { nothingFound } from './searched.ts';
import type { ViewActions } from './view-actions.ts';
import { problemBox } from './view-helpers.ts';

/** Renders the conversation: the earlier turns, then the current one with the moments found. */
export function conversation(state: State, turn: ChatTurn, actions: ViewActions): TemplateResult {
  const { earlierTurns } = state;
  const isRunning = turn.state === 'running';
  return html`${
    earlierTurns.length === 0
      ? nothing
      : html`<section class="earlier" aria-label="Earlier in this conversation">
          ${earlierTurns.map(
            (earlier) => html`<article class="turn old">
              <h2>${earlier.question}</h2>
              ${earlier.text === '' ? nothing : answerText(state, earlier, actions)}
            </article>`,
          )}
        </section>`
  }
  <article class="turn answer" aria-label="Answer" aria-busy=${isRunning}>
    <div class="q"><h2 class="asked grow">${turn.question}</h2></div>
    ${turn.text === '' ? nothing : answerText(state, turn, actions)}
    ${isRunning ? progress(turn) : nothing}
    ${turn.state === 'cancelled' ? html`<p class="muted">Stopped.</p>` : nothing} ${problemBox(turn.problem)}
    ${turn.result?.note === undefined ? nothing : html`<p class="muted note">${turn.result.note}</p>`}
    ${isRunning ? nothing : answerButtons(state, turn, actions)} ${found(state, turn, actions)}
    ${followUps(state, actions)}
  </article>`;
}

/** Renders what could be asked next, below the moments: it comes late and must move nothing. */
function followUps({ followUps }: State, { asking, stillUrl }: ViewActions): TemplateResult | typeof nothing {
  if (followUps.length === 0) return nothing;
  return html`<section class="sec" aria-label="Ask next"><h3>Ask next</h3>
    ${suggestionList(followUps, asking.ask, stillUrl)}</section>`;
}

function found(state: State, turn: ChatTurn, actions: ViewActions): unknown {
  if (turn.state === 'failed') return nothing;
  if (turn.state === 'done' && turn.kind === 'ask' && turn.result?.grounded === false)
    return nothingFound(state, turn, actions);
  const hasLines = (turn.result?.hits?.length ?? 0) + (turn.result?.citations?.length ?? 0) > 0;
  if (hasLines) return momentList(state, turn, actions);
  return turn.state === 'done' ? emptySearch(state, actions) : nothing;
}

function progress({ kind, text, isInspected }: ChatTurn): TemplateResult {
  const label =
    kind === 'search'
      ? 'Searching ...'
      : isInspected
        ? 'Looking at the pictures ...'
        : 'Reading your videos ...';
  return html`<p class="think" role="status"><span class="pulse"></span>${text === '' ? label : 'Writing ...'}</p>`;
}

/** Returns how the answer was made, as "Quoted from your videos, 0.4 s". */
function howMade({ status }: State, { kind, state, tookMs, result, isInspected }: ChatTurn): string {
  if (kind !== 'ask' || state === 'failed' || state === 'cancelled') return '';
  const model = status?.roles.find(({ role }) => role === 'answerer')?.inUse ?? 'none';
  const isWritten = model !== 'none' && model !== 'quotes' && result?.note === undefined;
  const how =
    state === 'kept' ? 'From your history' : isWritten ? `Written by ${model}` : 'Quoted from your videos';
  const looked = isInspected ? ', pictures looked at again' : '';
  return `${how}${looked}${tookMs === undefined ? '' : `, ${(tookMs / 1000).toFixed(1)} s`}`;
}

function answerButtons(
  state: State,
  turn: ChatTurn,
  { asking, copy, library, reeling }: ViewActions,
): TemplateResult {
  const answered = [...state.earlierTurns, turn].filter(({ text }) => text !== '');
  const copyAll = () =>
    copy(
      answered
        .map(({ question, text, result }) => toMarkdown(question, text, result?.citations ?? []))
        .join('\n'),
      'Copied as Markdown.',
    );
  const hasAnswer = turn.kind === 'ask' && turn.text !== '';
  const hasFailed = turn.state === 'failed' || turn.state === 'cancelled';
  const canInspect = hasAnswer && !hasFailed && !turn.isInspected && hasModel(state.status, 'captioner');
  const hasMoments = (turn.result?.hits?.length ?? 0) + (turn.result?.citations?.length ?? 0) > 0;
  return html`<div class="acts">
    ${answered.length > 0 ? html`<button class="btn quiet" id="copy" title="Copy as Markdown" @click=${copyAll}>${icon('copy')}Copy</button>` : nothing}
    ${hasMoments ? html`<button class="btn quiet" id="export" @click=${() => library.openDialog({ kind: 'export' })}>${icon('export')}Export</button>` : nothing}
    ${hasMoments && turn.similarTo === undefined ? html`<button class="btn quiet" id="reel" title="Choose moments for a highlight reel" @click=${reeling.open}>${icon('film')}Reel</button>` : nothing}
    ${canInspect ? html`<button class="btn quiet" id="look-again" @click=${() => asking.repeat(true)}>${icon('seen')}Look at the pictures again</button>` : nothing}
    ${hasFailed ? html`<button class="btn" id="again" @click=${() => asking.repeat(turn.isInspected)}>${icon('again')}Try again</button>` : nothing}
    ${turn.state === 'kept' ? html`<button class="btn quiet" id="again" @click=${() => asking.repeat()}>${icon('again')}Ask again</button>` : nothing}
    <span class="grow"></span><span class="small how">${howMade(state, turn)}</span>
  </div>`;
}

/** Renders the result of a search without moments. */
function emptySearch({ searchScope, status }: State, { asking }: ViewActions): TemplateResult {
  const left = (status?.work.waiting ?? 0) + (status?.work.running.length ?? 0);
  const isScoped = isNarrowed(searchScope);
  const searchEverywhere = () => {
    asking.setScope({ uris: [], from: '', to: '', kinds: [] });
    asking.repeat();
  };
  return html`<section class="empty" aria-label="Moments">
    <h3>Nothing found</h3>
    <p class="muted">No moment matches${isScoped ? ' in this scope' : ''}. Try other words${left > 0 ? ', or wait until all videos are indexed' : ''}.</p>
    ${isScoped ? html`<button class="btn" id="everywhere" @click=${searchEverywhere}>Search everything</button>` : nothing}
  </section>`;
}
