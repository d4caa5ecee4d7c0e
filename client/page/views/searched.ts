import { html, nothing, type TemplateResult } from 'lit';
import type { UntranscribedSpeech } from '../../../server/protocol/status.ts';
import type { Coverage, CoverageCounts } from '../../../server/protocol/videos.ts';
import { type IconName, icon } from '../icons.ts';
import { type ChatTurn, hasModel, isNarrowed, type State } from '../state.ts';
import { formatTime, nameOf } from '../text.ts';
import { videosNamedIn } from '../video-names.ts';
import { formatDate, nearestPlaces } from './moments.ts';
import { videoLink } from './video-link.ts';
import type { ViewActions } from './view-actions.ts';
import { hideBrokenImage, plural } from './view-helpers.ts';

/** How many videos without a transcript are listed. */
const MAX_LISTED = 12;
const NAMED = 3;

export const COVERAGE_KINDS = [
  ['speech', 'said', 'Speech', 'with sound'],
  ['screenText', 'screen', 'Text on screen', 'videos'],
  ['pictures', 'seen', 'Pictures', 'described'],
] as const satisfies readonly (readonly [keyof Coverage, IconName, string, string])[];

/** Renders how many videos are searchable, by kind. */
export function coverageFacts(coverage: CoverageCounts): TemplateResult {
  return html`<div class="facts3">
    ${COVERAGE_KINDS.map(([kind, name, label, unit]) => {
      const { known = 0, none = 0, ...others } = coverage[kind];
      const total = known + Object.values(others).reduce<number>((sum, count) => sum + (count ?? 0), 0);
      const detail = total === 0 && none > 0 ? 'nothing of this kind' : unit;
      return html`<div>
        <span class="kind ${name}">${icon(name)}${label}</span>
        <b class="num">${known} of ${total}</b><span class="muted small">${detail}</span>
      </div>`;
    })}
  </div>`;
}

const lacksTranscript = ({ coverage }: { readonly coverage?: Coverage }) => coverage?.speech === 'missing';

/** Says how much speech is not searchable. `count`: videos with sound but no transcript. */
function untranscribedText(heard: UntranscribedSpeech | undefined, count: number): string {
  if (heard === undefined)
    return count === 1
      ? '1 video has sound but no transcript.'
      : `${count} videos have sound but no transcript.`;
  const { videos, speechMs } = heard;
  return `${plural(videos, 'video')} ${videos === 1 ? 'has' : 'have'} ${formatTime(speechMs)} of speech and no transcript.`;
}

/** Renders what a missing model leaves out, with the button that adds it. */
export function missingSpeech(state: State, { models }: ViewActions): TemplateResult | typeof nothing {
  const count = state.status?.coverage?.speech.missing ?? 0;
  if (count === 0) return nothing;
  return html`<div class="note">
    ${icon('speech', 'muted')}
    <span class="grow small">${untranscribedText(state.status?.untranscribed, count)} A speech model can write ${count === 1 ? 'it' : 'them'} on this computer.</span>
    <button class="btn" id="transcribe" @click=${models.open}>Transcribe ${plural(count, 'video')}</button>
  </div>`;
}

/** Renders what to do when nothing answers: what is missing, the nearest places, other ways to ask. */
export function nothingFound(state: State, turn: ChatTurn, actions: ViewActions): TemplateResult {
  const { asking, models } = actions;
  const missing = (state.videos ?? []).filter(lacksTranscript);
  const isScoped = isNarrowed(state.searchScope);
  const searchEverywhere = () => {
    asking.setScope({ uris: [], from: '', to: '', kinds: [] });
    asking.repeat();
  };
  const namedVideos = [...videosNamedIn(turn.text, state.videos ?? [])].slice(0, NAMED);
  const askAbout = (uri: string) => {
    asking.setScope({ uris: [uri] });
    asking.repeat();
  };
  const words = turn.question.replace(/[?"]/g, '').trim();
  return html`${
    missing.length === 0
      ? nothing
      : html`<div class="callout">
          ${icon('speech')}
          <div>
            <b>Not searchable yet: ${missing.length === 1 ? '1 video has sound but no transcript' : `${missing.length} videos have sound but no transcript`}.</b>
            <p class="muted">${missing
              .slice(0, NAMED)
              .map(
                ({ uri, path }, at) => html`${at > 0 ? ', ' : ''}${videoLink(uri, nameOf(path), actions)}`,
              )}${missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''}</p>
            <div class="row wrap"><button class="btn primary" id="transcribe" @click=${models.open}>Transcribe ${plural(missing.length, 'video')}</button></div>
          </div>
        </div>`
  }
  ${nearestPlaces(state, turn, actions)}
  <section class="sec" aria-label="Try">
    <h3>Try</h3>
    <div class="row wrap">
      ${namedVideos.map(([name, uri]) => html`<button class="chip" @click=${() => askAbout(uri)}>${icon('ask')}<span class="ell">Ask about ${name}</span></button>`)}
      ${isScoped ? html`<button class="chip" id="everywhere" @click=${searchEverywhere}>${icon('library')}Search everything</button>` : nothing}
      <button class="chip" id="word-for-word" @click=${() => asking.search(words)}>${icon('search')}Find these words</button>
      ${
        hasModel(state.status, 'captioner') && !turn.isInspected
          ? html`<button class="chip" id="look-again" @click=${() => asking.repeat(true)}>${icon('seen')}Look at the pictures again</button>`
          : nothing
      }
    </div>
  </section>`;
}

/** Renders what was searched, beside a question that nothing answers. */
export function searchedPanel(state: State, actions: ViewActions): TemplateResult {
  const { status, videos = [] } = state;
  const missing = videos.filter(lacksTranscript).slice(0, MAX_LISTED);
  return html`<section class="stage only-wide" aria-label="What was searched">
    <div class="cover">
      <h3 class="muted">What was searched</h3>
      ${status?.coverage === undefined ? html`<p>${plural(status?.videos ?? 0, 'video')}</p>` : html`<div class="panel">${coverageFacts(status.coverage)}</div>`}
      ${missing.length === 0 ? nothing : html`<h3 class="muted sec">No transcript yet</h3>`}
      <ul>
        ${missing.map(
          ({ uri, path, recorded, durationMs }) => html`<li>
            <span class="thumb"><img src=${actions.stillUrl(uri, Math.round(durationMs * 0.3), 320)} alt="" loading="lazy" @error=${hideBrokenImage} /></span>
            <span class="grow"><b>${videoLink(uri, nameOf(path), actions)}</b><br /><span class="muted small">${formatDate(recorded)}</span></span>
          </li>`,
        )}
      </ul>
    </div>
  </section>`;
}
