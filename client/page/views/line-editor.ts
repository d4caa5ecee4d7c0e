import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import type { CorrectActions } from '../actions/correct.ts';
import type { LineEdit } from '../state.ts';
import { formatTime, kindLabel } from '../text.ts';
import { problemBox } from './view-helpers.ts';

/** Focuses the text field once, when the form opens. */
const focusedElements = new WeakSet<Element>();
function focusOnce(element: Element | undefined): void {
  if (!(element instanceof HTMLTextAreaElement) || focusedElements.has(element)) return;
  focusedElements.add(element);
  requestAnimationFrame(() => element.focus());
}

/** Returns the focus to the corrected line. */
function focusLine(at: number): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`.transcript li[data-at="${at}"] .seek`)?.focus(),
  );
}

/** Renders the form that corrects the text and the speaker of a line, or undoes a correction. */
export function lineEditor(
  video: VideoResult,
  line: Evidence,
  { at, trouble }: LineEdit,
  { saveLine, stopEditing, removeCorrection }: CorrectActions,
): TemplateResult {
  const { kind, text, speaker = '', corrected, startMs, source } = line;
  const save = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const readField = (name: string) => String(fields.get(name) ?? '');
    await saveLine(at, line, {
      text: readField('text'),
      speaker: kind === 'speech' ? readField('speaker') : speaker,
      everywhere: fields.has('everywhere'),
    });
    focusLine(at);
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void save(event.currentTarget as HTMLFormElement);
  };
  const close = () => {
    stopEditing();
    focusLine(at);
  };
  const findForm = (event: Event) => (event.currentTarget as Element).closest('form');
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    const form = findForm(event);
    if (form === null || event.isComposing) return;
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'Enter' && !event.shiftKey && event.target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      void save(form);
    }
  };
  return html`<form class="editor" aria-label="Correct the line at ${formatTime(startMs)}" @submit=${onSubmit} @keydown=${onKey}>
    <p class="quiet">${formatTime(startMs)}, ${kindLabel(kind)}, from ${source}</p>
    <label>Text <textarea name="text" rows="2" maxlength="5000" .value=${text} ${ref(focusOnce)}></textarea></label>
    ${kind === 'speech' ? speakerFields(video, speaker) : nothing} ${problemBox(trouble)}
    <div class="row">
      <vscode-button id="save-line" @click=${(event: Event) => findForm(event)?.requestSubmit()}>Save</vscode-button>
      <vscode-button secondary id="stop-editing" @click=${close}>Cancel</vscode-button>
      ${
        corrected
          ? html`<vscode-button secondary id="take-back" @click=${() => removeCorrection(corrected.id).then(() => focusLine(at))}
              >${undoLabel(video, corrected)}</vscode-button
            >`
          : html`<span class="quiet">Leave empty to delete the line. The file is not changed.</span>`
      }
    </div>
    ${corrected ? html`<p class="quiet">Original: ${corrected.speaker ? `${corrected.speaker}: ` : ''}${corrected.text}</p>` : nothing}
  </form>`;
}

function speakerFields({ lines }: VideoResult, speaker: string): TemplateResult {
  const names = [...new Set(lines.flatMap((line) => line.speaker ?? []))];
  const everywhere =
    speaker === '' ? 'Use for every line without a speaker' : `Use for every line by ${speaker}`;
  return html`<div class="row">
    <label>Speaker <input name="speaker" maxlength="200" list="speakers" autocomplete="off" .value=${speaker} /></label>
    <datalist id="speakers">${names.map((name) => html`<option value=${name}></option>`)}</datalist>
    <label><input type="checkbox" name="everywhere" /> ${everywhere}</label>
  </div>`;
}

function undoLabel({ corrections }: VideoResult, { id }: NonNullable<Evidence['corrected']>): string {
  const correction = corrections.find((candidate) => candidate.id === id);
  return correction?.change === 'speaker'
    ? `Restore “${correction.was || 'no speaker'}” everywhere`
    : 'Undo correction';
}
