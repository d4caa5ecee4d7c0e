import './virtual-list.ts';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { isCorrectable } from '../actions/correct.ts';
import { dragMoment } from '../drag-moment.ts';
import { icon } from '../icons.ts';
import { type MomentKind, toMomentKind } from '../moments.ts';
import type { PlaybackState, State } from '../state.ts';
import { formatTime } from '../text.ts';
import { type NumberedLine, playingLine, transcriptLines, visibleLines } from '../transcript-lines.ts';
import { focusTranscriptLine, TRANSCRIPT_ID } from './focus-line.ts';
import { lineEditor } from './line-editor.ts';
import type { ViewActions } from './view-actions.ts';
import { highlight, iconButton, kindIcon, kindName } from './view-helpers.ts';
import type { VirtualRow } from './virtual-list.ts';

/** The expected heights of a line and of its form, in px. */
const LINE_PX = 30;
const FORM_PX = 230;
/** Height that the choice for other videos adds to the form. */
const VOICE_CHOICE_PX = 36;

/** Renders the kinds of lines to show and the field that finds words. */
export function transcriptTools(state: State, video: VideoResult, { watching }: ViewActions): TemplateResult {
  const { hiddenKinds, transcriptQuery } = state;
  const kinds = [...new Set(video.kinds.filter((kind) => kind !== 'title').map(toMomentKind))];
  const chip = (kind: MomentKind) => {
    const isShown = !hiddenKinds.includes(kind);
    return html`<button type="button" class="chip ${kind}" aria-pressed=${isShown} @click=${() => watching.toggleKind(kind)}>${kindName(kind)}</button>`;
  };
  const isOpen = transcriptQuery !== undefined;
  return html`<span class="row kinds only-wide" role="group" aria-label="Lines to show">${kinds.length < 2 ? nothing : kinds.map(chip)}</span>
    ${iconButton('search', 'Find in transcript', () => toggleFind(isOpen, watching), { id: 'find', pressed: isOpen })}`;
}

function toggleFind(isOpen: boolean, watching: ViewActions['watching']): void {
  watching.showStage({ transcriptQuery: isOpen ? undefined : '' });
  if (!isOpen) requestAnimationFrame(() => document.querySelector<HTMLElement>('#find-words')?.focus());
}

/**
 * Renders all lines of the video in time order. The current line is marked and kept in view until the reader scrolls.
 * A click plays from a line; the pencil corrects it.
 */
export function transcriptPanel(
  state: State,
  _current: PlaybackState,
  video: VideoResult,
  actions: ViewActions,
): TemplateResult {
  const { nowMs, hiddenKinds, editing, transcriptQuery, followsLine } = state;
  const { watching } = actions;
  if (transcriptLines(video).length === 0) return emptyTranscript(video);
  const lines = visibleLines(state, video);
  const current = playingLine(lines, nowMs);
  const query = transcriptQuery || (state.turn?.similarTo === undefined ? (state.turn?.question ?? '') : '');
  const shown =
    editing !== undefined
      ? lines.findIndex(({ at }) => at === editing.lineIndex)
      : followsLine
        ? current
        : -1;
  const leave = () => {
    if (store.get().followsLine) watching.showStage({ followsLine: false });
  };
  const { store } = actions;
  return html`${transcriptQuery === undefined ? nothing : findField(state, lines.length, actions)}
    ${guard([video, hiddenKinds, editing, current, query, transcriptQuery, shown], () => {
      const stop = (lines[current] ?? lines[0])?.at;
      const view = { current: lines[current]?.at, stop, query, uri: video.uri };
      const rows = lines.map((line): VirtualRow => toRow(line, view, state, video, actions));
      return html`<virtual-list
        id=${TRANSCRIPT_ID}
        class="script transcript"
        role="list"
        aria-label="Transcript"
        .rows=${rows}
        .shown=${shown}
        @keydown=${(event: KeyboardEvent) => moveFocus(event, lines)}
        @wheel=${{ handleEvent: leave, passive: true }}
        @touchmove=${{ handleEvent: leave, passive: true }}
        @pointerdown=${(event: PointerEvent) => event.target === event.currentTarget && leave()}
      ></virtual-list>`;
    })}
    ${
      followsLine || editing !== undefined
        ? nothing
        : html`<button type="button" class="chip back-to" id="back-to-line" @click=${() => watching.showStage({ followsLine: true })}>${icon('down')}Back to ${formatTime(nowMs)}</button>`
    }`;
}

function findField({ transcriptQuery }: State, count: number, { watching }: ViewActions): TemplateResult {
  const close = () => {
    watching.showStage({ transcriptQuery: undefined });
    document.querySelector<HTMLElement>('#find')?.focus();
  };
  return html`<div class="find row">
    <vscode-textfield
      id="find-words"
      label="Find in transcript"
      placeholder="Find in transcript"
      .value=${transcriptQuery ?? ''}
      @input=${(event: Event) => watching.showStage({ transcriptQuery: (event.target as HTMLInputElement).value })}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    ></vscode-textfield>
    <span class="muted small" role="status">${count === 1 ? '1 line' : `${count} lines`}</span>
    ${iconButton('close', 'Close find', close)}
  </div>`;
}

interface TranscriptView {
  readonly current: number | undefined;
  /** The line that is the Tab stop. */
  readonly stop: number | undefined;
  readonly query: string;
  readonly uri: string;
}

function toRow(
  line: NumberedLine,
  view: TranscriptView,
  state: State,
  video: VideoResult,
  actions: ViewActions,
): VirtualRow {
  const { editing } = state;
  const isEditing = line.at === editing?.lineIndex;
  return {
    key: line.at,
    height: isEditing ? FORM_PX + (line.line.voice === undefined ? 0 : VOICE_CHOICE_PX) : LINE_PX,
    render: () =>
      isEditing ? lineEditor(video, line.line, editing, actions.correcting) : lineView(line, view, actions),
  };
}

function lineView(
  { line, at: lineIndex, isNewSpeaker }: NumberedLine,
  { current, stop, query, uri }: TranscriptView,
  { watching, correcting }: ViewActions,
): TemplateResult {
  const { kind, text, speaker, corrected, source, startMs, endMs } = line;
  const momentKind = toMomentKind(kind);
  return html`<div class="transcript-line ${lineIndex === current ? 'now' : ''}" data-at=${lineIndex}>
    <button
      type="button"
      class="seek"
      draggable="true"
      @dragstart=${dragMoment({ uri, startMs, endMs })}
      data-stop
      tabindex=${lineIndex === stop ? 0 : -1}
      aria-current=${lineIndex === current ? 'true' : nothing}
      title=${kind === 'speech' || kind === 'tag' ? nothing : source}
      @click=${() => watching.seek(startMs)}
    >
      <time>${formatTime(startMs)}</time>${kindIcon(momentKind)}
      <span>${speaker && isNewSpeaker ? speakerView(line, speaker, () => correcting.edit(lineIndex, 'speaker')) : nothing}${highlight(text, query)}${
        corrected
          ? html` <span class="badge corrected" title="Original: ${corrected.text}">corrected</span>`
          : nothing
      }</span>
    </button>
    ${
      isCorrectable(line)
        ? html`<button
            type="button"
            class="edit-line"
            tabindex=${lineIndex === stop ? 0 : -1}
            title="Correct (e)"
            aria-label="Correct: ${text.slice(0, 60)}"
            @click=${() => correcting.edit(lineIndex)}
          >${icon('edit')}</button>`
        : nothing
    }
  </div>`;
}

/** Shows who speaks. A click on a voice that a diariser found names it; by keyboard, `e` opens the same form. */
function speakerView({ voice }: Evidence, speaker: string, name: () => void): TemplateResult {
  if (voice === undefined) return html`<em>${speaker}:</em> `;
  const onClick = (event: Event) => {
    event.stopPropagation();
    name();
  };
  return html`<em class="voice" title="Name this voice (e)" @click=${onClick}>${speaker}:</em> `;
}

/** Moves the focus by arrows, Home and End. A row that is far away is scrolled to first. */
function moveFocus(event: KeyboardEvent, lines: readonly NumberedLine[]): void {
  const row = (event.target as Element).closest<HTMLElement>('.transcript-line');
  if (row === null || event.shiftKey) return;
  const index = lines.findIndex(({ at }) => at === Number(row.dataset.at));
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: lines.length - 1,
  };
  const target = targets[event.key];
  const next = target === undefined ? undefined : lines[target];
  if (target === undefined || next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  focusTranscriptLine(next.at, target);
}

function emptyTranscript({ state }: VideoResult): TemplateResult {
  return html`<p class="muted pad">
    ${state === 'done' ? 'This video has no speech, text on screen or descriptions.' : 'This video is not indexed yet.'}
  </p>`;
}
