import { html, nothing, type TemplateResult } from 'lit';
import type { ModelEntry, ModelsListResult } from '../../../server/protocol/models.ts';
import { type IconName, icon } from '../icons.ts';
import type { ModelFetch, State } from '../state.ts';
import { formatBytes } from './details.ts';
import type { DialogParts } from './dialog-parts.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, menu, menuItem } from './view-helpers.ts';

/** Describes each role: what its model adds. */
const ROLES: readonly (readonly [string, IconName, string, string])[] = [
  ['transcriber', 'speech', 'Transcription', 'Writes down what is said in videos without subtitles.'],
  ['captioner', 'seen', 'Descriptions', 'Describes the pictures in words.'],
  ['textEmbedder', 'search', 'Search by meaning', 'Finds lines that say the same in other words.'],
  ['frameEmbedder', 'pictures', 'Search by picture', 'Finds what looks like a picture or like words.'],
  ['reranker', 'ranking', 'Ranking of results', 'Puts the best moments first.'],
  ['answerer', 'ask', 'Written answers', 'Writes answers. Until then answers are quotes from your videos.'],
];

/** Returns the recommended model of a role. */
const recommended = (models: readonly ModelEntry[], role: string) =>
  models.find((model) => model.role === role && model.default);

/** Returns the recommended models that are not on this computer. */
const missingModels = ({ models }: ModelsListResult): readonly ModelEntry[] =>
  ROLES.flatMap(([role]) => recommended(models, role) ?? []).filter(({ revision }) => revision === undefined);

const sizeOf = (model: ModelEntry | undefined) => {
  const bytes = model?.bytes ?? model?.pullBytes;
  return bytes === undefined
    ? ''
    : `${model?.pullBytesEstimated && model.bytes === undefined ? 'about ' : ''}${formatBytes(bytes)}`;
};

const shortName = (id: string) => id.split('/').pop() ?? id;

/** Renders a card for each role, and one button for all recommended models. */
export function modelsDialog(state: State, actions: ViewActions): DialogParts {
  const { models } = state;
  if (models === undefined)
    return { title: 'Models', isSheet: true, body: html`<p class="muted">Loading ...</p>` };
  const missing = missingModels(models);
  const bytes = missing.reduce((sum, { pullBytes = 0 }) => sum + pullBytes, 0);
  const hasResult = state.history.length > 0 || state.turn !== undefined;
  return {
    title: 'Models',
    isSheet: true,
    body: html`<div class="best">
        <b>Optional models add transcription, descriptions and search by meaning.</b>
        <span class="muted small">They run on this computer. Your videos stay here.</span>
        ${
          missing.length === 0
            ? html`<span class="stt ok">${icon('check')}All recommended models are here</span>`
            : hasResult
              ? html`<div class="row wrap"><button type="button" class="btn primary" id="fetch-recommended" @click=${() => actions.models.fetchAll(missing.map(({ id }) => id))}>${icon('fetch')}Fetch the recommended models${bytes > 0 ? ` (${formatBytes(bytes)})` : ''}</button></div>`
              : html`<span class="muted small">Ask a first question before you fetch anything: words alone already find moments.</span>`
        }
        ${models.offline ? html`<span class="muted small">Downloads are switched off in the settings.</span>` : nothing}
      </div>
      ${ROLES.map((role) => roleCard(role, models, state, actions))}`,
  };
}

function roleCard(
  [role, name, title, adds]: (typeof ROLES)[number],
  { models, roles }: ModelsListResult,
  state: State,
  actions: ViewActions,
): TemplateResult {
  const inUse = roles.find((entry) => entry.role === role)?.inUse ?? 'none';
  const ofRole = models.filter((model) => model.role === role);
  const used = ofRole.find(({ id }) => inUse.includes(id) || inUse.includes(shortName(id)));
  const shown = used ?? recommended(models, role) ?? ofRole[0];
  const fetch = shown === undefined ? undefined : state.fetches[shown.id];
  return html`<section class="role" aria-label=${title} data-role=${role}>
    ${icon(name, 'muted')}<b>${title}</b> ${roleState(shown, inUse, fetch, actions)}
    <p>${inUse !== 'none' && used === undefined ? inUse : shown === undefined ? 'No model known' : [shortName(shown.id), sizeOf(shown)].filter(Boolean).join(', ')}</p>
    ${inUse === 'none' ? html`<p>${adds}</p>` : nothing}
    ${fetchLine(fetch, shown, actions)} ${chooseRow(role, ofRole, used, actions)}
  </section>`;
}

/** Returns how a fetch stands that this page did not start. What it started itself is newer than that. */
const pullElsewhere = (fetch: ModelFetch | undefined, model: ModelEntry | undefined) =>
  fetch === undefined ? model?.pull : undefined;

function roleState(
  model: ModelEntry | undefined,
  inUse: string,
  fetch: ModelFetch | undefined,
  { models }: ViewActions,
): TemplateResult | typeof nothing {
  const pull = pullElsewhere(fetch, model);
  if (fetch?.problem !== undefined || pull?.state === 'failed')
    return html`<span class="stt danger">${icon('warning')}Failed</span>`;
  if (fetch !== undefined && fetch.progress === undefined && pull === undefined)
    return html`<span class="stt">${icon('clock')}Next in line</span>`;
  if (fetch !== undefined || pull !== undefined) {
    const { bytes = 0, totalBytes = 0 } = fetch?.progress ?? pull ?? {};
    const share = totalBytes > 0 ? `, ${Math.floor((bytes / totalBytes) * 100)} %` : '';
    return html`<span class="stt num">${formatBytes(bytes)} of ${formatBytes(totalBytes)}${share}${model === undefined ? nothing : iconButton('close', 'Cancel', () => models.cancel(model.id))}</span>`;
  }
  if (inUse !== 'none') return html`<span class="stt ok">${icon('check')}In use</span>`;
  if (model === undefined) return nothing;
  return html`<button type="button" class="btn" aria-label="Fetch ${shortName(model.id)}" @click=${() => models.fetchModel(model.id)}>Fetch</button>`;
}

function fetchLine(
  fetch: ModelFetch | undefined,
  model: ModelEntry | undefined,
  { models }: ViewActions,
): TemplateResult | typeof nothing {
  const pull = pullElsewhere(fetch, model);
  const problem =
    fetch?.problem ??
    (pull?.state === 'failed' ? { message: pull.reason ?? '', remedy: pull.remedy ?? '' } : undefined);
  if (problem !== undefined && model !== undefined)
    return html`<div class="row"><span class="grow small">${problem.message}<br />${problem.remedy}</span><button type="button" class="btn" @click=${() => models.fetchModel(model.id)}>Resume</button></div>`;
  const { bytes = 0, totalBytes = 0 } = fetch?.progress ?? pull ?? {};
  if (totalBytes === 0) return nothing;
  return html`<div class="bar4" role="progressbar" aria-label="Download" aria-valuenow=${Math.floor((bytes / totalBytes) * 100)}><i .style=${`width:${(bytes / totalBytes) * 100}%`}></i></div>`;
}

function chooseRow(
  role: string,
  ofRole: readonly ModelEntry[],
  used: ModelEntry | undefined,
  { models }: ViewActions,
): TemplateResult | typeof nothing {
  const here = ofRole.filter(({ revision }) => revision !== undefined);
  if (ofRole.length < 2 && here.length === 0) return nothing;
  const items = html`${ofRole.map((model) =>
    menuItem(
      html`<span class="grow ell">${shortName(model.id)}</span><span class="muted small">${sizeOf(model)}${model.revision === undefined ? '' : ', here'}</span>`,
      () => models.choose(role, model),
      { isChosen: model.id === used?.id },
    ),
  )}
  ${here.map((model) => menuItem(html`${icon('remove')}Remove ${shortName(model.id)}`, () => models.remove(model.id)))}`;
  return html`<div class="row">${menu('', html`Choose or remove${icon('down')}`, items, { className: 'btn quiet small', name: `Choose or remove models: ${role}` })}</div>`;
}
