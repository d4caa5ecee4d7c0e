import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { type CorrectActions, isCorrectable } from '../actions/correct.ts';
import type { WatchActions } from '../actions/watch.ts';
import { roveFocus } from '../keyboard.ts';
import type { State } from '../state.ts';
import { formatTime, kindLabel } from '../text.ts';
import { lineEditor } from './line-editor.ts';
import { highlight, scrollIntoView } from './view-helpers.ts';

/**
 * Renders all lines of the video in time order. The current line is marked and kept in view. A click plays from a
 * line; the pencil corrects it.
 */
export function transcript(
  state: State,
  video: VideoResult,
  watching: WatchActions,
  correcting: CorrectActions,
): TemplateResult {
  const { nowMs, hiddenKinds, editing } = state;
  const allLines = video.lines.map((line, at) => ({ line, at })).filter(({ line }) => line.kind !== 'title');
  if (allLines.length === 0) return emptyTranscript(video);
  const lines = allLines.filter(({ line, at }) => !hiddenKinds.includes(line.kind) || at === editing?.at);
  // The line with the latest start is closest to the current speech: captions span their whole clip.
  const current = lines.findLast(({ line }) => line.startMs <= nowMs && nowMs < line.endMs)?.at;
  const query = state.turn?.similarTo === undefined ? (state.turn?.question ?? '') : '';
  // A long video has thousands of lines, and the player reports its time four times a second.
  return html`${kindBoxes(state, video, watching)}
  ${guard([video, hiddenKinds, editing, current, query], () => {
    const transcriptState = { current, stop: current ?? lines[0]?.at, query };
    return html`<ol class="transcript" aria-label="Transcript" tabindex="0" @keydown=${roveBlock}>
      ${repeat(
        lines,
        ({ at }) => at,
        ({ line, at }) =>
          html`<li data-at=${at} ${ref(at === current ? inView : undefined)}>
            ${
              at === editing?.at
                ? lineEditor(video, line, editing, correcting)
                : lineView(line, at, transcriptState, watching, correcting)
            }
          </li>`,
      )}
    </ol>`;
  })}`;
}

const roveBlock = roveFocus('block');
const inView = scrollIntoView('block');

interface TranscriptState {
  readonly current: number | undefined;
  /** The line that is the Tab stop. */
  readonly stop: number | undefined;
  readonly query: string;
}

function lineView(
  line: Evidence,
  at: number,
  { current, stop, query }: TranscriptState,
  { seek }: WatchActions,
  { edit }: CorrectActions,
): TemplateResult {
  const { kind, text, speaker, corrected, source, startMs } = line;
  const origin = kind === 'speech' || kind === 'tag' ? '' : source;
  return html`<div class="told">
    <button
      class="seek"
      data-stop
      tabindex=${at === stop ? 0 : -1}
      aria-current=${at === current}
      @click=${() => seek(startMs)}
    >
      <span class="time">${formatTime(startMs)}</span>
      <span class="line"
        >${kind === 'speech' ? nothing : html`<span class="kind" title=${origin}>${kindLabel(kind)}</span> `}${
          speaker ? html`<em>${speaker}:</em> ` : nothing
        }${highlight(text, query)}${
          corrected
            ? html` <span class="kind corrected" title="Original: ${corrected.text}">corrected</span>`
            : nothing
        }</span
      >
    </button>
    ${
      isCorrectable(line)
        ? html`<button
            class="edit"
            tabindex=${at === stop ? 0 : -1}
            title="Correct this line"
            aria-label="Correct: ${text.slice(0, 60)}"
            @click=${() => edit(at)}
          >
            ✎
          </button>`
        : nothing
    }
  </div>`;
}

/** Renders check boxes that show or hide kinds of lines. Renders nothing for a single kind. */
function kindBoxes({ hiddenKinds }: State, { kinds }: VideoResult, { toggleKind }: WatchActions) {
  const shownKinds = kinds.filter((kind) => kind !== 'title');
  if (shownKinds.length < 2) return nothing;
  return html`<div class="row kinds" role="group" aria-label="Lines to show">
    ${shownKinds.map(
      (kind) =>
        html`<label
          ><input type="checkbox" .checked=${!hiddenKinds.includes(kind)} @change=${() => toggleKind(kind)} />
          ${kindLabel(kind)}</label
        >`,
    )}
  </div>`;
}

function emptyTranscript({ state }: VideoResult): TemplateResult {
  return html`<p class="quiet">
    ${state === 'done' ? 'This video has no speech, text on screen or descriptions.' : 'This video is not indexed yet.'}
  </p>`;
}
