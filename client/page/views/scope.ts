import { html, nothing, type TemplateResult } from 'lit';
import type { EvidenceKind } from '../../../server/protocol/base.ts';
import { icon } from '../icons.ts';
import { EVERYWHERE, isNarrowed, type SearchScope, type State } from '../state.ts';
import { fileNameOfUri, nameOf } from '../text.ts';
import type { ViewActions } from './view-actions.ts';
import { menu, menuItem, plural } from './view-helpers.ts';

const DAY_MS = 86_400_000;
const toDay = (date: Date) => date.toISOString().slice(0, 10);

const KIND_CHOICES: readonly (readonly [string, readonly EvidenceKind[]])[] = [
  ['Everything known', []],
  ['What is said', ['speech']],
  ['Text on screen', ['screenText']],
  ['What is seen', ['caption', 'description', 'frame']],
  ['Tags', ['tag']],
];

/** Renders where the question looks: place, dates and kind. Each is a menu. */
export function scopeChips(state: State, { asking }: ViewActions): TemplateResult {
  const { searchScope } = state;
  return html`${placeMenu(state, asking.setScope)} ${dateMenu(searchScope, asking.setScope)}
    ${kindMenu(searchScope, asking.setScope)}
    ${
      isNarrowed(searchScope)
        ? html`<button type="button" class="chip clear" id="widen" aria-label="Search everything" title="Search everything" @click=${() => asking.setScope(EVERYWHERE)}>${icon('close')}</button>`
        : nothing
    }`;
}

type SetScope = (change: Partial<SearchScope>) => void;

function placeName({ searchScope: { uris }, folders = [] }: State): string {
  const [first] = uris;
  if (first === undefined) return 'All videos';
  if (uris.length > 1) return plural(uris.length, 'video');
  const folder = folders.find(({ uri }) => uri === first);
  return folder === undefined ? fileNameOfUri(first) : nameOf(folder.path);
}

function placeMenu(state: State, setScope: SetScope): TemplateResult {
  const { searchScope, folders = [], watching } = state;
  const openVideo = watching?.video;
  const isChosen = (uri: string) => searchScope.uris.length === 1 && searchScope.uris[0] === uri;
  const items = html`<p class="hint">Where to look</p>
    ${menuItem('All videos', () => setScope({ uris: [] }), { isChosen: searchScope.uris.length === 0 })}
    ${
      openVideo === undefined
        ? nothing
        : menuItem(
            html`${icon('play')}This video: ${nameOf(openVideo.path)}`,
            () => setScope({ uris: [openVideo.uri] }),
            {
              isChosen: isChosen(openVideo.uri),
            },
          )
    }
    ${folders.map(({ uri, path, videos }) =>
      menuItem(
        html`${icon('folder')}<span class="grow ell">${nameOf(path)}</span><span class="muted small">${plural(videos, 'video')}</span>`,
        () => setScope({ uris: [uri] }),
        {
          isChosen: isChosen(uri),
          name: nameOf(path),
        },
      ),
    )}
    <p class="hint">In words: in:name, before:2026-05, said:word</p>`;
  const isSet = searchScope.uris.length > 0;
  return menu(
    'scope-place',
    html`${icon('library')}<span class="ell">${placeName(state)}</span>${icon('down')}`,
    items,
    {
      className: `chip ${isSet ? 'set' : ''}`,
    },
  );
}

function dateName({ from, to }: SearchScope): string {
  if (from === '' && to === '') return 'Any date';
  if (from !== '' && to !== '') return from === to ? from : `${from} to ${to}`;
  return from === '' ? `until ${to}` : `from ${from}`;
}

function dateMenu(scope: SearchScope, setScope: SetScope): TemplateResult {
  const since = (days: number) => toDay(new Date(Date.now() - days * DAY_MS));
  const preset = (label: string, from: string) =>
    menuItem(label, () => setScope({ from, to: '' }), { isChosen: scope.from === from && scope.to === '' });
  const field = (name: 'from' | 'to', label: string) =>
    html`<label class="date">${label}
      <input
        type="date"
        .value=${scope[name]}
        @change=${(event: Event) => setScope({ [name]: (event.target as HTMLInputElement).value })}
      /></label>`;
  const items = html`<p class="hint">Recorded</p>
    ${preset('Any date', '')} ${preset('Last 7 days', since(7))} ${preset('Last 30 days', since(30))}
    ${preset('This year', `${new Date().getFullYear()}-01-01`)}
    ${field('from', 'From')} ${field('to', 'To')}`;
  const isSet = scope.from !== '' || scope.to !== '';
  return menu(
    'scope-date',
    html`${icon('date')}<span class="ell">${dateName(scope)}</span>${icon('down')}`,
    items,
    {
      className: `chip ${isSet ? 'set' : ''}`,
    },
  );
}

function kindMenu({ kinds }: SearchScope, setScope: SetScope): TemplateResult {
  const chosen = KIND_CHOICES.find(([, choice]) => choice.join() === kinds.join());
  const label = kinds.length === 0 ? 'Any kind' : (chosen?.[0] ?? 'Some kinds');
  const items = html`<p class="hint">What to search</p>
    ${KIND_CHOICES.map(([name, choice]) =>
      menuItem(name, () => setScope({ kinds: choice }), { isChosen: choice.join() === kinds.join() }),
    )}`;
  return menu(
    'scope-kind',
    kinds.length === 0
      ? html`${icon('pictures')}${icon('down')}`
      : html`${icon('pictures')}<span class="ell">${label}</span>${icon('down')}`,
    items,
    {
      className: `chip only-mid ${kinds.length > 0 ? 'set' : ''}`,
      name: `Kind: ${label}`,
    },
  );
}
