import { html, type TemplateResult } from 'lit';
import type { TimeRange, Uri } from '../../../server/protocol/base.ts';
import type { ExportFormat } from '../../../server/protocol/export.ts';
import { EXPORT_FORMATS } from '../../../server/protocol/names.ts';
import { icon } from '../icons.ts';
import { currentLines } from '../shown-moments.ts';
import type { State } from '../state.ts';
import { fileNameOfUri, formatTime, nameOf } from '../text.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { kindIcon, plural } from './view-helpers.ts';

/** Names the formats for the user. */
export const FORMAT_NAMES: Readonly<Record<ExportFormat, string>> = {
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

/** One row of the dialog. */
interface ExportRow {
  readonly moment: TimeRange & { readonly uri: Uri };
  readonly label: TemplateResult;
}

function rowsOf(state: State, uris: readonly Uri[] | undefined): readonly ExportRow[] {
  if (uris === undefined)
    return currentLines(state).map(({ uri, startMs, endMs, seekMs, kind, text }) => ({
      moment: { uri, startMs, endMs },
      label: html`<time>${formatTime(seekMs)}</time>${kindIcon(kind)}<span class="ell grow">${text}</span><span class="muted small ell">${fileNameOfUri(uri)}</span>`,
    }));
  const videos = new Map(state.videos?.map((video) => [video.uri, video]));
  return uris.flatMap((uri) => {
    const video = videos.get(uri);
    if (video === undefined || video.durationMs === 0) return [];
    const { path, durationMs } = video;
    return [
      {
        moment: { uri, startMs: 0, endMs: durationMs },
        label: html`<span class="ell grow">${nameOf(path)}</span><span class="muted small num">${formatTime(durationMs)}</span>`,
      },
    ];
  });
}

/** Renders the moments or whole videos to export, and the format. */
export function exportDialog(
  state: State,
  uris: readonly Uri[] | undefined,
  { exporting, library }: ViewActions,
): DialogParts {
  const rows = rowsOf(state, uris);
  const { format, excluded } = state.exportChoice;
  const chosen = rows.flatMap(({ moment }, at) => (excluded.includes(at) ? [] : [moment]));
  const unit = uris === undefined ? 'moment' : 'video';
  const toggle = (at: number) =>
    exporting.change({
      excluded: excluded.includes(at) ? excluded.filter((other) => other !== at) : [...excluded, at],
    });
  return {
    title: `Export ${unit}s`,
    body: html`<label class="row format">Format
        <select id="format" @change=${(event: Event) => exporting.change({ format: (event.target as HTMLSelectElement).value as ExportFormat })}>
          ${EXPORT_FORMATS.map((value) => html`<option value=${value} ?selected=${value === format}>${FORMAT_NAMES[value]}</option>`)}
        </select></label>
      <ul class="dirs export-lines">
        ${rows.map(
          ({ label }, at) => html`<li><label class="check">
            <input type="checkbox" .checked=${!excluded.includes(at)} @change=${() => toggle(at)} />
            ${label}
          </label></li>`,
        )}
      </ul>`,
    foot: html`<span class="muted small grow">${plural(chosen.length, unit)}</span>
      <button type="button" class="btn" @click=${() => library.openDialog(undefined)}>Cancel</button>
      <button type="button" class="btn" id="export-copy" ?disabled=${chosen.length === 0} @click=${() => exporting.copyText(chosen, format)}>${icon('copy')}Copy</button>
      <button type="button" class="btn primary" id="export-save" ?disabled=${chosen.length === 0} @click=${() => exporting.saveFile(chosen, format)}>${icon('fetch')}Save file</button>`,
  };
}
