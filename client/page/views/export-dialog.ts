import { html } from 'lit';
import type { ExportFormat } from '../../../server/protocol/export.ts';
import { EXPORT_FORMATS } from '../../../server/protocol/names.ts';
import { icon } from '../icons.ts';
import { currentLines } from '../shown-moments.ts';
import type { State } from '../state.ts';
import { fileNameOfUri, formatTime } from '../text.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { kindIcon, plural } from './view-helpers.ts';

const FORMAT_NAMES: Readonly<Record<ExportFormat, string>> = {
  markdown: 'Markdown notes',
  srt: 'Subtitles (SRT)',
  vtt: 'Subtitles (WebVTT)',
  chapters: 'Chapters',
  ffmetadata: 'FFmpeg chapters',
  m3u: 'Playlist (M3U)',
  edl: 'Edit list (EDL)',
  otio: 'OpenTimelineIO',
  fcpxml: 'Final Cut XML',
};

/** Renders the moments to export, and the format. */
export function exportDialog(state: State, { exporting, library }: ViewActions): DialogParts {
  const lines = currentLines(state);
  const { format, excluded } = state.exportChoice;
  const chosen = lines.filter((_line, at) => !excluded.includes(at));
  const toggle = (at: number) =>
    exporting.change({
      excluded: excluded.includes(at) ? excluded.filter((other) => other !== at) : [...excluded, at],
    });
  return {
    title: 'Export moments',
    body: html`<label class="row format">Format
        <select id="format" @change=${(event: Event) => exporting.change({ format: (event.target as HTMLSelectElement).value as ExportFormat })}>
          ${EXPORT_FORMATS.map((value) => html`<option value=${value} ?selected=${value === format}>${FORMAT_NAMES[value]}</option>`)}
        </select></label>
      <ul class="dirs export-lines">
        ${lines.map(
          (line, at) => html`<li><label class="check">
            <input type="checkbox" .checked=${!excluded.includes(at)} @change=${() => toggle(at)} />
            <time>${formatTime(line.seekMs)}</time>${kindIcon(line.kind)}<span class="ell grow">${line.text}</span><span class="muted small ell">${fileNameOfUri(line.uri)}</span>
          </label></li>`,
        )}
      </ul>`,
    foot: html`<span class="muted small grow">${plural(chosen.length, 'moment')}</span>
      <button type="button" class="btn" @click=${() => library.openDialog(undefined)}>Cancel</button>
      <button type="button" class="btn" id="export-copy" ?disabled=${chosen.length === 0} @click=${() => exporting.copyText(chosen, format)}>${icon('copy')}Copy</button>
      <button type="button" class="btn primary" id="export-save" ?disabled=${chosen.length === 0} @click=${() => exporting.saveFile(chosen, format)}>${icon('fetch')}Save file</button>`,
  };
}
