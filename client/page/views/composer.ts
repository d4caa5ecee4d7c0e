import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../icons.ts';
import { groupMoments } from '../moments.ts';
import { findPicture, readPicture } from '../read-picture.ts';
import { hasModel, type State } from '../state.ts';
import { formatTime } from '../text.ts';
import { scopeChips } from './scope.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, kindIcon, markRanges } from './view-helpers.ts';

/** Limits the height of the field, in lines. After that it scrolls. */
const MAX_LINES = 6;

/** Focuses the composer. */
export function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>('#question')?.focus();
}

/** Grows the field with its text. */
function fitHeight(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  const lineHeight = Number.parseFloat(getComputedStyle(field).lineHeight) || 22;
  field.style.height = `${Math.min(field.scrollHeight, lineHeight * MAX_LINES)}px`;
}

let fittedField: Element | undefined;
/** Focuses the field once, when it appears: a person who opens the page wants to type. */
function onField(element: Element | undefined): void {
  if (!(element instanceof HTMLTextAreaElement) || element === fittedField) return;
  fittedField = element;
  requestAnimationFrame(() => {
    fitHeight(element);
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFree && document.querySelector('dialog[open]') === null) element.focus({ preventScroll: true });
  });
}

function placeholder({ turn }: State): string {
  if (turn === undefined) return 'Ask your videos';
  return turn.kind === 'ask' && turn.result?.grounded === false ? 'Ask in other words' : 'Ask a follow-up';
}

/** Renders the question box, the only one of the page. */
export function composer(state: State, actions: ViewActions): TemplateResult {
  const { asking, store } = actions;
  const { draft, turn } = state;
  const isRunning = turn?.state === 'running';
  const onPicture = createPictureHandler(state, actions);
  const send = (event: Event) => {
    event.preventDefault();
    asking.send();
  };
  const label = placeholder(state);
  return html`<form class="composer" aria-label="Question" role="search" @submit=${send}>
    ${liveResults(state, actions)}
    <div
      class="cbox"
      @paste=${(event: ClipboardEvent) => onPicture(findPicture(event.clipboardData), event)}
      @dragover=${(event: DragEvent) => hasModel(state.status, 'frameEmbedder') && event.preventDefault()}
      @drop=${(event: DragEvent) => onPicture(findPicture(event.dataTransfer), event)}
    >
      <textarea
        id="question"
        class="ctext"
        rows="1"
        maxlength="10000"
        aria-label=${label}
        placeholder=${label}
        autocomplete="off"
        enterkeyhint="send"
        .value=${draft}
        ${ref(onField)}
        @input=${(event: Event) => {
          const field = event.target as HTMLTextAreaElement;
          fitHeight(field);
          asking.type(field.value);
        }}
        @keydown=${(event: KeyboardEvent) => onComposerKey(event, state, actions)}
      ></textarea>
      <div class="tools">${scopeChips(state, actions)}</div>
      <div class="go">
        ${
          turn === undefined
            ? nothing
            : html`<button type="button" class="btn quiet" id="clear" title="New conversation" aria-label="New conversation" @click=${() => {
                asking.clear();
                store.set({ draft: '' });
                requestAnimationFrame(focusComposer);
              }}>${icon('add')}<span class="only-mid">New</span></button>`
        }
        ${hasModel(state.status, 'frameEmbedder') ? pictureButton(onPicture) : nothing}
        ${iconButton('search', 'Find words only (Ctrl+Enter)', () => void asking.search(draft), { id: 'search', className: 'only-mid' })}
        ${
          isRunning
            ? html`<button type="button" class="send" id="cancel" aria-label="Stop" title="Stop" @click=${asking.cancel}>${icon('stop')}</button>`
            : html`<button class="send" id="ask" aria-label="Ask (Enter)" title="Ask (Enter)" ?disabled=${draft.trim() === ''}>${icon('send')}</button>`
        }
      </div>
    </div>
  </form>`;
}

function onComposerKey(event: KeyboardEvent, state: State, { asking }: ViewActions): void {
  if (event.isComposing) return;
  const field = event.target as HTMLTextAreaElement;
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey) void asking.search(field.value);
    else asking.send();
    requestAnimationFrame(() => fitHeight(field));
  } else if (event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation();
    if (state.liveResults !== undefined) asking.closeLiveResults();
    else field.blur();
  } else if (event.key === 'ArrowUp' && state.liveResults !== undefined) {
    const results = document.querySelectorAll<HTMLElement>('.live button');
    results[results.length - 1]?.focus();
    event.preventDefault();
  }
}

/** Renders the lines that the typed words find. Enter asks; a click or Enter on a line plays it. */
function liveResults(
  { liveResults: live }: State,
  { asking, watching }: ViewActions,
): TemplateResult | typeof nothing {
  if (live === undefined) return nothing;
  const videos = groupMoments(live.hits).flatMap(({ name, lines }) => lines.map((line) => ({ name, line })));
  const shown = videos.filter(({ line }) => line.kind !== 'technical').slice(0, 5);
  if (shown.length === 0) return nothing;
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Escape') {
      asking.closeLiveResults();
      focusComposer();
    } else if (step === 0) return;
    const rows = [...(event.currentTarget as Element).querySelectorAll('button')];
    const next = rows[rows.indexOf(event.target as HTMLButtonElement) + step];
    if (next !== undefined) next.focus();
    else if (step === 1) focusComposer();
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<section class="live" aria-label="Lines with these words" @keydown=${move}>
    <p class="hint">Enter asks. These lines have the words:</p>
    <ul>
      ${shown.map(
        ({ name, line }) => html`<li><button type="button" @click=${() => {
          asking.closeLiveResults();
          watching.watchLine(line);
        }}>
          <time>${formatTime(line.seekMs)}</time>${kindIcon(line.kind)}
          <span class="ell">${markRanges(line.text, line.matches, live.query)}</span>
          <span class="muted small ell">${name}</span>
        </button></li>`,
      )}
    </ul>
  </section>`;
}

type PictureHandler = (file: File | undefined, event?: Event) => Promise<void>;

function createPictureHandler(state: State, { asking, store }: ViewActions): PictureHandler {
  return async (file, event) => {
    if (file === undefined || !hasModel(state.status, 'frameEmbedder')) return;
    event?.preventDefault();
    try {
      void asking.like({ picture: await readPicture(file) }, `Moments similar to the picture ${file.name}`);
    } catch (error) {
      store.set({ notice: { message: (error as Error).message, remedy: 'Choose a JPEG or PNG file.' } });
    }
  };
}

function pictureButton(onPicture: PictureHandler): TemplateResult {
  const choose = () => document.querySelector<HTMLInputElement>('#picture')?.click();
  const onChange = (event: Event) => {
    const input = event.target as HTMLInputElement;
    void onPicture(input.files?.[0]);
    input.value = '';
  };
  return html`${iconButton('picture', 'Search by picture', choose, { id: 'choose-picture' })}
    <input id="picture" type="file" accept="image/*" hidden aria-label="Picture to search by" @change=${onChange} />`;
}
