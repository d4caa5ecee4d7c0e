import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Evidence } from '../../../server/protocol/search.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import type { CorrectActions } from '../actions/correct.ts';
import { icon } from '../icons.ts';
import { toMomentKind } from '../moments.ts';
import type { LineEdit } from '../state.ts';
import { formatTime } from '../text.ts';
import { focusTranscriptLine } from './focus-line.ts';
import { kindName, problemBox } from './view-helpers.ts';

/** Shows the whole form, with its buttons, and focuses its text field once, when it opens. */
const focusedElements = new WeakSet<Element>();
function focusOnce(element: Element | undefined): void {
  const isField = element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
  if (!isField || focusedElements.has(element)) return;
  focusedElements.add(element);
  requestAnimationFrame(() => {
    element.focus({ preventScroll: true });
    if (element instanceof HTMLInputElement) element.select();
    element.closest('form')?.scrollIntoView({ block: 'nearest' });
  });
}

/** Renders the form that corrects the text and the speaker of a line, or undoes a correction. */
export function lineEditor(
  video: VideoResult,
  line: Evidence,
  { lineIndex, field, saveProblem }: LineEdit,
  { saveLine, stopEditing, removeCorrection }: CorrectActions,
): TemplateResult {
  const { kind, text, speaker = '', corrected, startMs, source } = line;
  const save = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const readField = (name: string) => String(fields.get(name) ?? '');
    await saveLine(lineIndex, line, {
      text: readField('text'),
      speaker: kind === 'speech' ? readField('speaker') : speaker,
      everywhere: fields.has('everywhere'),
      otherVideos: fields.has('otherVideos'),
    });
    focusTranscriptLine(lineIndex);
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void save(event.currentTarget as HTMLFormElement);
  };
  const close = () => {
    stopEditing();
    focusTranscriptLine(lineIndex);
  };
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'Enter' && !event.shiftKey && event.target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      void save(event.currentTarget as HTMLFormElement);
    }
  };
  return html`<form class="edit editor" aria-label="Correct the line at ${formatTime(startMs)}" @submit=${onSubmit} @keydown=${onKey}>
    <p class="muted small"><time>${formatTime(startMs)}</time> ${kindName(toMomentKind(kind))}, from ${source}</p>
    <textarea class="ta" name="text" rows="2" maxlength="5000" aria-label="Text" .value=${text} ${field === 'speaker' ? nothing : ref(focusOnce)}></textarea>
    ${kind === 'speech' ? speakerFields(video, line, field === 'speaker') : nothing} ${problemBox(saveProblem)}
    <div class="row wrap">
      <button class="btn primary" id="save-line">Save</button>
      <button type="button" class="btn" id="stop-editing" @click=${close}>Cancel</button>
      ${
        corrected
          ? html`<button type="button" class="btn quiet" id="take-back" @click=${() => removeCorrection(corrected.id).then(() => focusTranscriptLine(lineIndex))}>${icon('back5')}${undoLabel(video, corrected)}</button>`
          : html`<span class="hint grow">Leave empty to delete the line. The file is not changed.</span>`
      }
    </div>
    ${corrected ? html`<p class="muted small">Original: ${corrected.speaker ? `${corrected.speaker}: ` : ''}${corrected.text}</p>` : nothing}
  </form>`;
}

/** Renders the fields for who speaks. `isNaming`: the form was opened to name a voice. */
function speakerFields(
  { lines }: VideoResult,
  { speaker = '', voice }: Evidence,
  isNaming: boolean,
): TemplateResult {
  const names = [...new Set(lines.flatMap((line) => line.speaker ?? []))];
  const everywhere =
    speaker === '' ? 'Use for every line without a speaker' : 'Use for every line by this speaker';
  const otherVideos = html`<label class="check"><input type="checkbox" name="otherVideos" /> Also where this voice is clear in other videos</label>`;
  return html`<div class="row wrap">
    <label class="input">${icon('person')}<input name="speaker" maxlength="200" list="speakers" autocomplete="off" aria-label="Speaker" placeholder="Speaker" .value=${speaker} ${isNaming ? ref(focusOnce) : nothing} /></label>
    <datalist id="speakers">${names.map((name) => html`<option value=${name}></option>`)}</datalist>
    <label class="check"><input type="checkbox" name="everywhere" ?checked=${isNaming} /> ${everywhere}</label>
    ${voice === undefined ? nothing : otherVideos}
  </div>`;
}

function undoLabel({ corrections }: VideoResult, { id }: NonNullable<Evidence['corrected']>): string {
  const correction = corrections.find((candidate) => candidate.id === id);
  return correction?.change === 'speaker'
    ? `Restore “${correction.was || 'no speaker'}” everywhere`
    : 'Undo correction';
}
