import { html } from 'lit';
import type { Ms } from '../../../server/protocol/base.ts';
import type { ExportFormat } from '../../../server/protocol/export.ts';
import { icon } from '../icons.ts';
import type { State } from '../state.ts';
import { fileNameOfUri, formatTime } from '../text.ts';
import type { DialogParts } from './dialog-parts.ts';
import { FORMAT_NAMES } from './export-dialog.ts';
import type { ViewActions } from './view-actions.ts';
import { plural } from './view-helpers.ts';

const LENGTHS: readonly (readonly [lengthMs: Ms, name: string])[] = [
  [30_000, '30 seconds'],
  [60_000, '1 minute'],
  [120_000, '2 minutes'],
  [300_000, '5 minutes'],
];
/** Lists what a video editor or a player reads. */
const PROJECT_FORMATS: readonly ExportFormat[] = ['otio', 'fcpxml', 'edl', 'm3u'];

/** Renders the moments of a highlight reel within a length, to be saved for a video editor. */
export function reelDialog({ reel, exportChoice, turn }: State, actions: ViewActions): DialogParts {
  const { exporting, reeling, library } = actions;
  const { lengthMs, moments, durationMs = 0 } = reel;
  const format = PROJECT_FORMATS.find((name) => name === exportChoice.format) ?? 'otio';
  const selected = (event: Event) => (event.target as HTMLSelectElement).value;
  return {
    title: 'Highlight reel',
    body: html`<div class="row wrap format">
        <label>Length
          <select id="reel-length" @change=${(event: Event) => reeling.choose(Number(selected(event)))}>
            ${LENGTHS.map(([value, name]) => html`<option value=${value} ?selected=${value === lengthMs}>${name}</option>`)}
          </select></label>
        <label>Project file
          <select id="reel-format" @change=${(event: Event) => exporting.change({ format: selected(event) as ExportFormat })}>
            ${PROJECT_FORMATS.map((name) => html`<option value=${name} ?selected=${name === format}>${FORMAT_NAMES[name]}</option>`)}
          </select></label>
      </div>
      ${
        moments === undefined
          ? html`<p class="muted">Choosing moments ...</p>`
          : moments.length === 0
            ? html`<p class="muted">No moment answers this question.</p>`
            : html`<ul class="dirs" id="reel-moments">${moments.map(
                ({ uri, startMs, text }) =>
                  html`<li class="row"><time>${formatTime(startMs)}</time><span class="ell grow">${text}</span><span class="muted small ell">${fileNameOfUri(uri)}</span></li>`,
              )}</ul>`
      }
      <p class="hint">To cut the video itself: <code>goldfish reel "${turn?.question ?? ''}" -o reel.mp4</code></p>`,
    foot: html`<span class="muted small grow">${moments === undefined ? '' : `${plural(moments.length, 'moment')}, ${formatTime(durationMs)}`}</span>
      <button type="button" class="btn" @click=${() => library.openDialog(undefined)}>Cancel</button>
      <button type="button" class="btn primary" id="reel-save" ?disabled=${!moments || moments.length === 0} @click=${() => exporting.saveFile(moments ?? [], format)}>${icon('fetch')}Save project</button>`,
  };
}
