import { html, nothing, type TemplateResult } from 'lit';
import type { Citation } from '../../../server/protocol/ask.ts';
import { toMomentKind } from '../moments.ts';
import type { ChatTurn, State, Store } from '../state.ts';
import { fileNameOfUri, formatTime, splitCitations } from '../text.ts';
import { splitVideoNames, videosNamedIn } from '../video-names.ts';
import { videoLink } from './video-link.ts';
import type { ViewActions } from './view-actions.ts';
import { hideBrokenImage, kindIcon, kindName } from './view-helpers.ts';

/** Delays the preview, and its end while the pointer moves to it, in ms. */
const OPEN_DELAY_MS = 200;
const CLOSE_DELAY_MS = 150;

let previewTimer: ReturnType<typeof setTimeout> | undefined;

function setPreviewSoon(store: Store, preview: State['preview'], delayMs: number): void {
  clearTimeout(previewTimer);
  previewTimer = setTimeout(() => store.set({ preview }), delayMs);
}

/** Closes the preview. Returns whether there was one. */
export function closePreview(store: Store): boolean {
  clearTimeout(previewTimer);
  const wasOpen = store.get().preview !== undefined;
  if (wasOpen) store.set({ preview: undefined });
  return wasOpen;
}

const startOf = ({ seekMs, startMs }: Citation) => seekMs ?? startMs;

/** Plays a citation from its second. */
export function playCitation({ watching, store }: ViewActions, citation: Citation): void {
  closePreview(store);
  const { uri, startMs, endMs } = citation;
  watching.watch({ uri, startMs, endMs, playMs: startOf(citation) });
}

/** Renders an answer with its citations as buttons. Previews open below the text, so that they cover none of it. */
export function answerText(state: State, turn: ChatTurn, actions: ViewActions): TemplateResult {
  const named = videosNamedIn(turn.text, state.videos ?? []);
  const withNames = (text: string) =>
    splitVideoNames(text, named).map(({ text: piece, uri }) =>
      uri === undefined ? piece : videoLink(uri, piece, actions),
    );
  const citations = new Map((turn.result?.citations ?? []).map((citation) => [citation.n, citation]));
  const isGrounded = turn.result?.grounded !== false;
  const open = state.preview?.question === turn.question ? citations.get(state.preview.n) : undefined;
  return html`<div class="a text ${isGrounded ? '' : 'ungrounded'}">
    ${turn.text
      .split(/\n+/)
      .filter((line) => line.trim() !== '')
      .map(
        (line) =>
          html`<p>${withCitations(line, citations, withNames, (citation) => citationChip(citation, state, turn, actions))}</p>`,
      )}
    ${open === undefined ? nothing : preview(open, actions)}
  </div>`;
}

/** Keeps a citation on the line of the word before it. */
const WORD_JOINER = '\u2060';

/** Keeps each citation on the line of the word before it, and puts a full stop before it. */
function withCitations(
  line: string,
  citations: ReadonlyMap<number, Citation>,
  withNames: (text: string) => readonly unknown[],
  chipOf: (citation: Citation) => TemplateResult,
): readonly unknown[] {
  const pieces = splitCitations(line, new Set(citations.keys()));
  const parts: unknown[] = [];
  let text = '';
  let chips: TemplateResult[] = [];
  const flush = () => {
    if (chips.length === 0) {
      parts.push(withNames(text));
      return;
    }
    const named = withNames(text.trimEnd());
    const last = named.at(-1);
    // A text that ends with a name keeps the link whole.
    if (typeof last !== 'string') parts.push(named, WORD_JOINER, html`<span class="nw">${chips}</span>`);
    else {
      const [, before = '', lastWord = ''] = /^(.*?)(\S*)$/s.exec(last) ?? [];
      parts.push(named.slice(0, -1), before, html`<span class="nw">${lastWord}${chips}</span>`);
    }
    chips = [];
  };
  for (const piece of pieces) {
    const citation = typeof piece === 'number' ? citations.get(piece) : undefined;
    if (citation !== undefined) chips.push(chipOf(citation));
    else {
      const next = String(piece);
      const stop = chips.length > 0 ? (/^[.,;:!?]+/.exec(next)?.[0] ?? '') : '';
      text = text.trimEnd() === text || stop === '' ? text + stop : text.trimEnd() + stop;
      if (chips.length > 0) {
        flush();
        text = next.slice(stop.length);
      } else text += next;
    }
  }
  flush();
  return parts;
}

function citationChip(
  citation: Citation,
  state: State,
  turn: ChatTurn,
  actions: ViewActions,
): TemplateResult {
  const { n, uri, startMs } = citation;
  const { watching, playingElsewhere, preview: shown } = state;
  const playing = watching ?? playingElsewhere;
  const isPlaying = playing?.uri === uri && playing.startMs === startMs;
  const isOpen = shown?.question === turn.question && shown.n === n;
  const name = `Citation ${n}: ${fileNameOfUri(uri)} at ${formatTime(startOf(citation))}`;
  const { store } = actions;
  const show = () => setPreviewSoon(store, { question: turn.question, n }, OPEN_DELAY_MS);
  const hide = () => setPreviewSoon(store, undefined, CLOSE_DELAY_MS);
  return html`<button
    type="button"
    class="cite ${isPlaying ? 'on' : ''}"
    data-n=${n}
    aria-label=${name}
    aria-describedby=${isOpen ? 'preview' : nothing}
    @click=${() => playCitation(actions, citation)}
    @pointerenter=${(event: PointerEvent) => event.pointerType === 'mouse' && show()}
    @pointerleave=${hide}
    @focus=${(event: Event) => (event.target as Element).matches(':focus-visible') && show()}
    @blur=${hide}
  >${n}</button>`;
}

/** Renders the picture, second and line of a citation. It stays while the pointer is on it. */
function preview(citation: Citation, actions: ViewActions): TemplateResult {
  const { uri, quote, kind } = citation;
  const ms = startOf(citation);
  const momentKind = kind === undefined ? undefined : toMomentKind(kind);
  return html`<div
    class="pop"
    id="preview"
    role="tooltip"
    @pointerenter=${() => clearTimeout(previewTimer)}
    @pointerleave=${() => setPreviewSoon(actions.store, undefined, CLOSE_DELAY_MS)}
    @click=${() => playCitation(actions, citation)}
  >
    <span class="thumb"><img src=${actions.stillUrl(uri, ms, 320)} alt="" @error=${hideBrokenImage} /><span class="len">${formatTime(ms)}</span></span>
    <p>${quote}</p>
    <p class="row muted small">${momentKind === undefined ? nothing : html`${kindIcon(momentKind)}<span>${kindName(momentKind)}</span>`}<span class="ell">${fileNameOfUri(uri)}, ${formatTime(ms)}</span></p>
  </div>`;
}
