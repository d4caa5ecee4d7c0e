import './virtual-list.ts';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { isCorrectable } from '../actions/correct.ts';
import { icon } from '../icons.ts';
import { type MomentKind, toMomentKind } from '../moments.ts';
import type { PlaybackState, State } from '../state.ts';
import { formatTime } from '../text.ts';
import { focusTranscriptLine, TRANSCRIPT_ID } from './focus-line.ts';
import { lineEditor } from './line-editor.ts';
import type { ViewActions } from './view-actions.ts';
import { highlight, iconButton, kindIcon, kindName } from './view-helpers.ts';
import type { VirtualRow } from './virtual-list.ts';

/** The expected heights of a line and of its form, in px. */
const LINE_PX = 30;
const FORM_PX = 230;

interface NumberedLine {
  readonly line: Evidence;
  /** The index in `VideoResult.lines`. */
  readonly at: number;
  /** True if another person begins to speak. */
  readonly isNewSpeaker: boolean;
}

function numberedLines({ lines }: VideoResult): readonly NumberedLine[] {
  let speaker: string | undefined;
  return lines.flatMap((line, at) => {
    if (line.kind === 'title') return [];
    const isNewSpeaker = line.kind === 'speech' && line.speaker !== speaker;
    if (line.kind === 'speech') speaker = line.speaker;
    return [{ line, at, isNewSpeaker }];
  });
}

const numbered = new WeakMap<VideoResult, readonly NumberedLine[]>();
function linesOf(video: VideoResult): readonly NumberedLine[] {
  const known = numbered.get(video) ?? numberedLines(video);
  numbered.set(video, known);
  return known;
}

function visibleLines(
  { hiddenKinds, editing, transcriptQuery = '' }: State,
  video: VideoResult,
): readonly NumberedLine[] {
  const words = transcriptQuery.trim().toLowerCase();
  return linesOf(video).filter(
    ({ line, at }) =>
      at === editing?.at ||
      (!hiddenKinds.includes(toMomentKind(line.kind)) &&
        (words === '' || `${line.speaker ?? ''} ${line.text}`.toLowerCase().includes(words))),
  );
}

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
  if (linesOf(video).length === 0) return emptyTranscript(video);
  const lines = guardedLines(state, video);
  // The line with the latest start is closest to the current speech: captions span their whole clip.
  const current = lines.findLastIndex(({ line }) => line.startMs <= nowMs && nowMs < line.endMs);
  const query = transcriptQuery || (state.turn?.similarTo === undefined ? (state.turn?.question ?? '') : '');
  const shown =
    editing !== undefined ? lines.findIndex(({ at }) => at === editing.at) : followsLine ? current : -1;
  const leave = () => {
    if (store.get().followsLine) watching.showStage({ followsLine: false });
  };
  const { store } = actions;
  return html`${transcriptQuery === undefined ? nothing : findField(state, lines.length, actions)}
    ${guard([video, hiddenKinds, editing, current, query, transcriptQuery, shown], () => {
      const view = { current: lines[current]?.at, stop: (lines[current] ?? lines[0])?.at, query };
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

let lastLines: { readonly key: readonly unknown[]; readonly lines: readonly NumberedLine[] } | undefined;

/** Filters again only if something changed: the player reports its time four times a second. */
function guardedLines(state: State, video: VideoResult): readonly NumberedLine[] {
  const key = [video, state.hiddenKinds, state.editing?.at, state.transcriptQuery];
  if (lastLines === undefined || key.some((value, at) => value !== lastLines?.key[at]))
    lastLines = { key, lines: visibleLines(state, video) };
  return lastLines.lines;
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
}

function toRow(
  line: NumberedLine,
  view: TranscriptView,
  state: State,
  video: VideoResult,
  actions: ViewActions,
): VirtualRow {
  const { editing } = state;
  const isEditing = line.at === editing?.at;
  return {
    key: line.at,
    height: isEditing ? FORM_PX : LINE_PX,
    render: () =>
      isEditing ? lineEditor(video, line.line, editing, actions.correcting) : lineView(line, view, actions),
  };
}

function lineView(
  { line, at, isNewSpeaker }: NumberedLine,
  { current, stop, query }: TranscriptView,
  { watching, correcting }: ViewActions,
): TemplateResult {
  const { kind, text, speaker, corrected, source, startMs } = line;
  const momentKind = toMomentKind(kind);
  return html`<div class="told ${at === current ? 'now' : ''}" data-at=${at}>
    <button
      type="button"
      class="seek"
      data-stop
      tabindex=${at === stop ? 0 : -1}
      aria-current=${at === current ? 'true' : nothing}
      title=${kind === 'speech' || kind === 'tag' ? nothing : source}
      @click=${() => watching.seek(startMs)}
    >
      <time>${formatTime(startMs)}</time>${kindIcon(momentKind)}
      <span>${speaker && isNewSpeaker ? html`<em>${speaker}:</em> ` : nothing}${highlight(text, query)}${
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
            tabindex=${at === stop ? 0 : -1}
            title="Correct (e)"
            aria-label="Correct: ${text.slice(0, 60)}"
            @click=${() => correcting.edit(at)}
          >${icon('edit')}</button>`
        : nothing
    }
  </div>`;
}

/** Moves the focus by arrows, Home and End. A row that is far away is scrolled to first. */
function moveFocus(event: KeyboardEvent, lines: readonly NumberedLine[]): void {
  const row = (event.target as Element).closest<HTMLElement>('.told');
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
