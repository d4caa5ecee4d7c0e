import { html, nothing } from 'lit';
import type { Uri } from '../../../server/protocol/base.ts';
import { SUBTITLE_FORMATS } from '../../../server/protocol/names.ts';
import type { SubtitleFormat } from '../../../server/protocol/subtitles.ts';
import { icon } from '../icons.ts';
import { hasModel, type State } from '../state.ts';
import { fileNameOfUri } from '../text.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';

const FORMAT_TITLES: Readonly<Record<SubtitleFormat, string>> = {
  srt: 'SubRip (.srt)',
  vtt: 'WebVTT (.vtt)',
};
/** Lists the languages offered, by their names in the language of the browser. */
const LANGUAGES = [
  'ar',
  'de',
  'en',
  'es',
  'fr',
  'hi',
  'it',
  'ja',
  'ko',
  'nl',
  'pl',
  'pt',
  'ru',
  'tr',
  'uk',
  'zh',
];
const PERCENT = 100;

/** Renders how what is said in a video is saved as subtitles, in its own language or translated. */
export function subtitlesDialog(
  state: State,
  uri: Uri,
  { exporting, library, models }: ViewActions,
): DialogParts {
  const { format, translate } = state.subtitleChoice;
  const { translating } = state;
  const names = new Intl.DisplayNames(undefined, { type: 'language' });
  const selected = (event: Event) => (event.target as HTMLSelectElement).value;
  const canTranslate = hasModel(state.status, 'answerer');
  const percent = translating && Math.floor((PERCENT * translating.done) / Math.max(1, translating.total));
  return {
    title: 'Save subtitles',
    body: html`<p class="ell">${fileNameOfUri(uri)}</p>
      <div class="row wrap format">
        <label>Format
          <select id="subtitle-format" @change=${(event: Event) => exporting.changeSubtitles({ format: selected(event) as SubtitleFormat })}>
            ${SUBTITLE_FORMATS.map((name) => html`<option value=${name} ?selected=${name === format}>${FORMAT_TITLES[name]}</option>`)}
          </select></label>
        <label>Language
          <select id="subtitle-language" ?disabled=${!canTranslate} @change=${(event: Event) => exporting.changeSubtitles({ translate: selected(event) })}>
            <option value="" ?selected=${translate === ''}>As spoken</option>
            ${LANGUAGES.map((code) => html`<option value=${code} ?selected=${code === translate}>${names.of(code)}</option>`)}
          </select></label>
      </div>
      ${
        canTranslate
          ? html`<p class="hint">The model that writes answers translates. Times stay, and names that you corrected are kept.</p>`
          : html`<p class="hint">A model that writes answers can translate them. <button type="button" class="btn" @click=${models.open}>${icon('models')}Models</button></p>`
      }
      ${
        percent === undefined
          ? nothing
          : html`<div class="bar4" role="progressbar" aria-label="Translating" aria-valuenow=${percent}><i .style=${`width:${percent}%`}></i></div>`
      }`,
    foot: html`<span class="grow"></span>
      <button type="button" class="btn" @click=${() => library.openDialog(undefined)}>Cancel</button>
      <button type="button" class="btn primary" id="subtitles-save" ?disabled=${translating !== undefined} @click=${() => exporting.saveSubtitles(uri)}>${icon('fetch')}Save file</button>`,
  };
}
