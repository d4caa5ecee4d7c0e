import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import { currentLines, playingIndex } from '../shown-moments.ts';
import type { PlaybackState, State } from '../state.ts';
import { fileNameOfUri, formatTime, nameOf } from '../text.ts';
import { chapterPanel } from './chapters.ts';
import { detailsPanel } from './details.ts';
import { externalPlayer, playerControls, playerView } from './player.ts';
import { tagPanel } from './tags.ts';
import { timeline } from './timeline.ts';
import { transcriptPanel, transcriptTools } from './transcript.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, kindName, menu, menuItem, problemBox } from './view-helpers.ts';

/** Sets how far an arrow key seeks, in ms. */
const STEP_MS = 5000;

/** Renders the player with its timeline and what is known of the video. */
export function stage(state: State, current: PlaybackState, actions: ViewActions): TemplateResult {
  const { video, loadProblem } = current;
  const isOffline = video?.state === 'offline';
  return html`<section class="stage watch" aria-label="Player" @keydown=${(event: KeyboardEvent) => onKey(event, state, actions)}>
    ${stageHead(state, current, actions)}
    <div class="screenbox">${isOffline ? offlineNotice() : playerView(state, current, actions)} ${tapBar(state, actions)}</div>
    ${isOffline ? nothing : playerControls(state, current, actions)}
    ${video === undefined ? nothing : timeline(state, video, actions)}
    ${stageTabs(state, current, actions)}
    <div class="script-box">${problemBox(loadProblem)} ${stagePanel(state, current, actions)}</div>
  </section>`;
}

/** Returns whether a key goes into a field. A custom element hides its field, so the composed path is checked. */
function isField(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

function onKey(event: KeyboardEvent, { nowMs }: State, { watching }: ViewActions): void {
  if (event.defaultPrevented || isField(event)) return;
  const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  if (direction === 0) return;
  if (event.shiftKey) watching.stepClip(direction);
  else watching.seek(nowMs + direction * STEP_MS);
  event.preventDefault();
}

const titleOf = ({ uri, video }: PlaybackState) =>
  video === undefined ? fileNameOfUri(uri) : nameOf(video.path);

function stageHead(state: State, current: PlaybackState, actions: ViewActions): TemplateResult {
  const { watching, host } = actions;
  const isFull = state.isStageFull;
  return html`<div class="shead">
    <div class="t"><h2 class="name ell">${titleOf(current)}</h2><span class="muted small ell sub-title">${subTitle(state, current)}</span></div>
    ${iconButton('left', 'Previous moment (p)', () => watching.step(-1), { id: 'previous' })}
    ${iconButton('right', 'Next moment (n)', () => watching.step(1), { id: 'next' })}
    <span class="only-mid row">
      ${iconButton('link', `Copy link to ${formatTime(state.nowMs)}`, () => copyLink(current, state, actions), { id: 'copy-link' })}
      ${host.openOutside === undefined ? nothing : iconButton('outside', 'Open in another player', () => externalPlayer(current.uri, state.nowMs, host), { id: 'outside' })}
      ${moreMenu(current, state, actions)}
    </span>
    <span class="only-narrow">${iconButton('named', isFull ? 'Hide the transcript' : 'Transcript', () => watching.showStage({ isStageFull: !isFull }), { id: 'full', pressed: isFull })}</span>
    <span class="only-mid">${iconButton('close', 'Close player (Esc)', watching.stop, { id: 'close' })}</span>
  </div>`;
}

/** Returns where the player is among the lines found, as "Moment 2 of 8, said at 0:32". */
function subTitle(state: State, { startMs }: PlaybackState): string {
  const lines = currentLines(state);
  const at = playingIndex(state, lines);
  const line = lines[at];
  if (line === undefined) return startMs > 0 ? `From ${formatTime(startMs)}` : '';
  return `Moment ${at + 1} of ${lines.length}, ${kindName(line.kind).toLowerCase()} at ${formatTime(line.seekMs)}`;
}

function moreMenu(current: PlaybackState, state: State, actions: ViewActions): TemplateResult {
  const { asking, library } = actions;
  const { uri, video } = current;
  const clip = video?.clips.find(({ startMs, endMs }) => startMs <= state.nowMs && state.nowMs < endMs);
  const findSimilar = () =>
    clip &&
    asking.like(
      { clip: { clipId: clip.clipId, uri } },
      `Moments similar to ${titleOf(current)} at ${formatTime(clip.startMs)}`,
    );
  return menu(
    'player-more',
    icon('more'),
    html`${menuItem(html`${icon('ask')}Ask about this video`, () => library.askAbout([uri]), { id: 'ask-about' })}
      ${menuItem(html`${icon('pictures')}Find similar moments`, findSimilar, { id: 'alike', isDisabled: clip === undefined })}
      ${menuItem(html`${icon('again')}Index again`, () => library.confirm('readAgain', [uri]), { id: 'read-again' })}`,
    { className: 'icon', name: 'More' },
  );
}

/** Copies the address of the page at this second, or of the file where the page has no address. */
function copyLink({ uri }: PlaybackState, { nowMs }: State, { host, copy }: ViewActions): void {
  void copy(host.linkTo(uri, nowMs), `Link to ${formatTime(nowMs)} copied.`);
}

function tapBar({ isPlaying }: State, { watching }: ViewActions): TemplateResult {
  return html`<div class="tapbar">
    ${iconButton(isPlaying ? 'pause' : 'play', isPlaying ? 'Pause' : 'Play', watching.togglePlay, { className: 'plate' })}
    ${iconButton('close', 'Close player', watching.stop, { className: 'plate' })}
  </div>`;
}

function stageTabs(
  state: State,
  { video }: PlaybackState,
  actions: ViewActions,
): TemplateResult | typeof nothing {
  if (video === undefined) return nothing;
  const tags = video.corrections.filter(({ change }) => change === 'tag').length;
  const tabs: readonly (readonly [State['stageTab'], unknown])[] = [
    ['transcript', 'Transcript'],
    ...(video.chapters.length > 0 ? [['chapters', 'Chapters'] as const] : []),
    ['tags', html`Tags${tags > 0 ? html` <span class="num">${tags}</span>` : nothing}`],
    ['details', 'Details'],
  ];
  const choose = (stageTab: State['stageTab']) => actions.watching.showStage({ stageTab });
  const onTabKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[tabs.findIndex(([tab]) => tab === state.stageTab) + step]?.[0];
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (next === undefined) return;
    choose(next);
    document.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return html`<div class="stabs">
    <div role="tablist" aria-label="About this video" class="row" @keydown=${onTabKey}>
      ${tabs.map(
        ([tab, label]) => html`<button
          type="button"
          role="tab"
          id="tab-${tab}"
          aria-controls="stage-panel"
          aria-selected=${state.stageTab === tab}
          tabindex=${state.stageTab === tab ? 0 : -1}
          @click=${() => choose(tab)}
        >${label}</button>`,
      )}
    </div>
    <span class="grow"></span>
    ${state.stageTab === 'transcript' ? transcriptTools(state, video, actions) : nothing}
  </div>`;
}

function stagePanel(state: State, current: PlaybackState, actions: ViewActions): TemplateResult {
  const { video, loadProblem } = current;
  if (video === undefined)
    return html`<p class="muted pad">${loadProblem === undefined ? 'Loading the transcript ...' : ''}</p>`;
  const panels = {
    transcript: transcriptPanel,
    chapters: chapterPanel,
    tags: tagPanel,
    details: detailsPanel,
  };
  return html`<div id="stage-panel" class="panel-of-${state.stageTab}" role="tabpanel" aria-labelledby="tab-${state.stageTab}">${panels[state.stageTab](state, current, video, actions)}</div>`;
}

const offlineNotice = () =>
  problemBox({
    message: 'The drive of this video is not connected.',
    remedy: 'Connect it to play the video.',
  });
