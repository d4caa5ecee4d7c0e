import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import { newestVideos } from '../library-groups.ts';
import type { State, StoredThread, Suggestion } from '../state.ts';
import { formatTime, nameOf } from '../text.ts';
import { formatDate } from './moments.ts';
import { coverageFacts, missingSpeech } from './searched.ts';
import type { ViewActions } from './view-actions.ts';
import { hideBrokenImage, kindIcon, plural } from './view-helpers.ts';

/** How many recent questions and videos the start shows. */
const RECENT_QUESTIONS = 3;
const RECENT_VIDEOS = 6;
const NO_VIDEOS: NonNullable<State['videos']> = [];

/** Renders the view before the first question. */
export function homeTalk(state: State, { asking, library, stillUrl }: ViewActions): TemplateResult {
  const { history, status, suggestions } = state;
  if (state.link === 'connecting' || state.folders === undefined)
    return html`<p class="muted" id="loading">${state.link === 'gone' ? 'Goldfish is not running.' : 'Loading your library ...'}</p>`;
  const left = (status?.work.waiting ?? 0) + (status?.work.running.length ?? 0);
  return html`<div class="start">
    <h1>Ask your videos</h1>
    <p>Answers cite moments. Click a number to play it.</p>
    ${left > 0 ? html`<p class="muted">${plural(left, 'video is', 'videos are')} still being read. Answers use what is known so far.</p>` : nothing}
    ${
      suggestions.length === 0
        ? nothing
        : html`<section class="sec" aria-label="Suggestions"><h3>Try one of these</h3>
            ${suggestionList(suggestions, asking.askNew, stillUrl)}</section>`
    }
    ${
      history.length === 0
        ? nothing
        : html`<section class="sec history" aria-label="Recent questions">
            <div class="row"><h3 class="grow">Recent questions</h3><button class="btn quiet small" id="all-questions" @click=${() => library.openDialog({ kind: 'history' })}>See all</button></div>
            ${questionList(history.slice(0, RECENT_QUESTIONS), asking.open)}
          </section>`
    }
  </div>`;
}

/** Renders questions that the user's own videos suggest, with the place that each comes from. */
export function suggestionList(
  suggestions: readonly Suggestion[],
  ask: (question: string) => unknown,
  stillUrl: ViewActions['stillUrl'],
): TemplateResult {
  return html`<div class="sug">
    ${suggestions.map(
      ({ question, uri, ms, kind, place }) => html`<button type="button" @click=${() => ask(question)}>
        <span class="thumb"><img src=${stillUrl(uri, ms, 320)} alt="" loading="lazy" @error=${hideBrokenImage} /></span>
        <span class="grow"><b>${question}</b><span class="muted small row">${kindIcon(kind)}<span class="ell">${place} at ${formatTime(ms)}</span></span></span>
        ${icon('right', 'muted')}
      </button>`,
    )}
  </div>`;
}

/** Renders stored conversations as a list of questions. */
export function questionList(
  threads: readonly StoredThread[],
  open: (thread: StoredThread) => void,
): TemplateResult {
  return html`<div class="list">
    ${threads.map((thread) => {
      const [first] = thread.turns;
      const more = thread.turns.length - 1;
      const citations = thread.turns.flatMap((turn) => turn.citations).length;
      const result =
        first?.kind === 'search' ? 'Search' : citations === 0 ? 'No answer' : plural(citations, 'citation');
      return html`<button type="button" @click=${() => open(thread)}>
        ${icon(first?.kind === 'search' ? 'search' : 'clock')}<span class="ell grow">${first?.question}</span>
        <span class="muted small">${result}${more > 0 ? `, ${plural(more, 'follow-up')}` : ''}</span>
      </button>`;
    })}
  </div>`;
}

/** Renders the newest videos and what is known of all, beside the start. */
export function homeAside(state: State, actions: ViewActions): TemplateResult {
  const { status, videos = NO_VIDEOS } = state;
  const { stillUrl, store, watching } = actions;
  const newest = newestVideos(videos, RECENT_VIDEOS);
  return html`<aside class="stage aside">
    ${
      newest.length === 0
        ? nothing
        : html`<section class="sec" aria-label="Newest videos">
            <div class="row"><h3 class="grow">Newest videos</h3><button class="btn quiet small" @click=${() => store.set({ view: 'library' })}>Open library</button></div>
            <div class="cards">
              ${newest.map(
                ({
                  uri,
                  path,
                  durationMs,
                  recorded,
                }) => html`<button type="button" class="mcard" @click=${() => watching.watch({ uri, startMs: 0 })}>
                  <span class="thumb"><img src=${stillUrl(uri, Math.round(durationMs * 0.3), 320)} alt="" loading="lazy" @error=${hideBrokenImage} />${durationMs > 0 ? html`<span class="len">${formatTime(durationMs)}</span>` : nothing}</span>
                  <span class="cap">${nameOf(path)}</span><span class="muted small">${formatDate(recorded)}</span>
                </button>`,
              )}
            </div>
          </section>`
    }
    ${
      status?.coverage === undefined
        ? nothing
        : html`<section class="sec" aria-label="What Goldfish knows"><h3>What Goldfish knows</h3>
            <div class="panel">${coverageFacts(status.coverage)} ${missingSpeech(state, actions)}</div></section>`
    }
  </aside>`;
}
