import { html, nothing, svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PictureBox } from '../../../server/protocol/search.ts';
import { dragMoment } from '../drag-moment.ts';
import { icon } from '../icons.ts';
import {
  arrangeMoments,
  boxesAt,
  countKinds,
  FILTER_KINDS,
  MOMENT_ORDERS,
  type MomentFilter,
  type MomentLine,
  type VideoMoments,
} from '../moments.ts';
import { momentsOfTurn, shownMoments } from '../shown-moments.ts';
import type { ChatTurn, State } from '../state.ts';
import { formatTime } from '../text.ts';
import { videoLink } from './video-link.ts';
import type { ViewActions } from './view-actions.ts';
import {
  hideBrokenImage,
  kindIcon,
  markRanges,
  menu,
  menuItem,
  playingBars,
  plural,
} from './view-helpers.ts';

/** Units of a drawing over a picture, for its height. */
const BOX_SCALE = 1000;
/** Limits the lines of a video before "more lines". */
const FIRST_LINES = 4;
/** How many videos "Show more" adds. */
const MORE_VIDEOS = 20;

/** Renders the lines found, by video, with a filter by kind and an order. */
export function momentList(state: State, turn: ChatTurn, actions: ViewActions): TemplateResult {
  const all = momentsOfTurn(turn);
  const shown = shownMoments(state);
  const counts = countKinds(all);
  const hidden = shown.length - state.shownVideos;
  const title = turn.kind === 'search' ? 'Moments with these words' : 'Moments';
  return html`<section class="moments" aria-label="Moments">
    <div class="mhead">
      <h3>${turn.similarTo === undefined ? title : 'Moments'}</h3>
      <span class="muted small">${plural(counts.all, 'line')} in ${plural(all.length, 'video')}</span>
      <span class="grow"></span>${orderMenu(state, actions)}
    </div>
    ${counts.all > 1 ? kindFilter(state.momentFilter, counts, actions) : nothing}
    ${videoList(shown.slice(0, state.shownVideos), state, turn, actions)}
    ${
      hidden > 0
        ? html`<button class="btn quiet more" id="more-videos" @click=${() => actions.asking.showMoments({ shownVideos: state.shownVideos + MORE_VIDEOS })}>
            Show moments in ${plural(Math.min(hidden, MORE_VIDEOS), 'more video')}
          </button>`
        : nothing
    }
  </section>`;
}

/** Renders the lines nearest to a question that nothing answers. */
export function nearestPlaces(
  state: State,
  turn: ChatTurn,
  actions: ViewActions,
): TemplateResult | typeof nothing {
  const all = arrangeMoments(momentsOfTurn(turn), 'all', 'best', () => '').slice(0, 3);
  if (all.length === 0) return nothing;
  return html`<section class="moments" aria-label="Nearest places">
    <div class="mhead"><h3>Nearest places</h3><span class="muted small">Weak matches, not an answer</span></div>
    ${videoList(all, state, turn, actions)}
  </section>`;
}

const videoList = (videos: readonly VideoMoments[], state: State, turn: ChatTurn, actions: ViewActions) =>
  html`<ul class="hits">
    ${repeat(
      videos,
      ({ uri }) => uri,
      (video) => videoMoments(video, state, turn, actions),
    )}
  </ul>`;

function orderMenu({ momentOrder }: State, { asking }: ViewActions): TemplateResult {
  const label = MOMENT_ORDERS.find(([order]) => order === momentOrder)?.[1];
  return menu(
    'moment-order',
    html`${icon('sort')}${label}`,
    MOMENT_ORDERS.map(([order, name]) =>
      menuItem(name, () => asking.showMoments({ momentOrder: order }), { isChosen: order === momentOrder }),
    ),
    { className: 'chip', name: `Order: ${label}` },
  );
}

function kindFilter(
  filter: MomentFilter,
  counts: Readonly<Record<MomentFilter, number>>,
  { asking }: ViewActions,
): TemplateResult {
  const chip = (kind: MomentFilter, label: string) =>
    html`<button
      type="button"
      class="chip ${kind === 'all' ? '' : kind}"
      aria-pressed=${filter === kind}
      ?disabled=${counts[kind] === 0}
      @click=${() => asking.showMoments({ momentFilter: kind })}
    >${kind === 'all' ? nothing : icon(kind)}${label} <b>${counts[kind]}</b></button>`;
  return html`<div class="filters" role="group" aria-label="Filter moments by kind">
    ${chip('all', 'All')} ${FILTER_KINDS.map(([kind, label]) => chip(kind, label))}
  </div>`;
}

function videoMoments(
  { uri, name, lines, weak, bestMs }: VideoMoments,
  state: State,
  turn: ChatTurn,
  actions: ViewActions,
): TemplateResult {
  const { asking, watching, stillUrl } = actions;
  const info = state.videos?.find((video) => video.uri === uri);
  const isExpanded = state.expandedMoments.includes(uri);
  // The lines that the answer cites are always shown.
  const shown = isExpanded ? lines : firstLines(lines);
  const hidden = lines.length - shown.length;
  const best = lines.find(({ seekMs }) => seekMs === bestMs) ?? lines[0];
  const playBest = () => best && watching.watchLine(best);
  return html`<li class="moment">
    <button type="button" class="thumb" tabindex="-1" aria-hidden="true" @click=${playBest}
      ><img src=${stillUrl(uri, bestMs, 320)} alt="" loading="lazy" @error=${hideBrokenImage} />${textBoxes(boxesAt(lines, bestMs))}${
        info === undefined || info.durationMs === 0
          ? nothing
          : html`<span class="len">${formatTime(info.durationMs)}</span>`
      }</button
    >
    <div class="mtitle">
      <b class="ell">${videoLink(uri, name, actions, { ms: bestMs, play: playBest })}</b>
      ${info === undefined ? nothing : html`<span class="muted small">${formatDate(info.recorded)}</span>`}
      ${weak ? html`<span class="muted small">weak match</span>` : nothing}
    </div>
    <ul class="lines">
      ${shown.map((line) => html`<li>${lineButton(line, state, turn, watching.watchLine)}</li>`)}
      ${
        hidden > 0
          ? html`<li><button type="button" class="more-lines" @click=${() => asking.showMoments({ expandedMoments: [...state.expandedMoments, uri] })}>
              <span></span><span></span><span class="muted">${plural(hidden, 'more line')} in this video</span>${icon('down')}
            </button></li>`
          : nothing
      }
    </ul>
  </li>`;
}

/** Renders frames around text that was found in a picture. The picture fills its place, cut at two sides. */
function textBoxes(boxes: readonly PictureBox[]): TemplateResult | typeof nothing {
  const [first] = boxes;
  if (first === undefined) return nothing;
  const { aspect } = first;
  return html`<svg class="boxes" viewBox="0 0 ${aspect * BOX_SCALE} ${BOX_SCALE}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">${boxes.map(
    ({ left, top, width, height }) =>
      svg`<rect x=${left * aspect * BOX_SCALE} y=${top * BOX_SCALE} width=${width * aspect * BOX_SCALE} height=${height * BOX_SCALE} />`,
  )}</svg>`;
}

function firstLines(lines: readonly MomentLine[]): readonly MomentLine[] {
  if (lines.length <= FIRST_LINES + 1) return lines;
  const cited = lines.filter(({ citations }) => citations.length > 0);
  const others = lines.filter(({ citations }) => citations.length === 0);
  const chosen = new Set([...cited, ...others].slice(0, Math.max(FIRST_LINES, cited.length)));
  return lines.filter((line) => chosen.has(line));
}

function lineButton(
  line: MomentLine,
  { watching, playingElsewhere, isPlaying }: State,
  { question, similarTo }: ChatTurn,
  play: (line: MomentLine) => void,
): TemplateResult {
  const current = watching ?? playingElsewhere;
  const isCurrent = current?.uri === line.uri && current.startMs === line.startMs;
  const words = similarTo === undefined ? question : '';
  // The text of a picture only says that it matched.
  const text = line.evidenceKind === 'frame' ? 'Looks similar' : line.text;
  return html`<button
    type="button"
    class="hit line ${isCurrent ? 'on' : ''}"
    draggable="true"
    @dragstart=${dragMoment({ ...line, startMs: line.seekMs, endMs: Math.max(line.endMs, line.seekMs + 1) })}
    aria-current=${isCurrent ? 'true' : nothing}
    @click=${() => play(line)}
  >
    <time>${formatTime(line.seekMs)}</time>${kindIcon(line.kind)}
    <span>${line.speaker ? html`<em>${line.speaker}:</em> ` : nothing}${markRanges(text, line.matches, words)}${
      line.corrected ? html` <span class="badge">corrected</span>` : nothing
    }</span>
    <span class="row">${isCurrent && (isPlaying || watching === undefined) ? playingBars() : nothing}${line.citations.map(
      (n) => html`<span class="cite ${isCurrent ? 'on' : ''}">${n}</span>`,
    )}</span>
  </button>`;
}

/** Formats an ISO date for the user's language, as "12 May 2026". */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? ''
    : date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}
