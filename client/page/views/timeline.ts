import { html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { EvidenceKind } from '../../../server/protocol/base.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { type IconName, icon } from '../icons.ts';
import { toMomentKind } from '../moments.ts';
import { currentLines } from '../shown-moments.ts';
import type { State } from '../state.ts';
import { formatTime } from '../text.ts';
import type { ViewActions } from './view-actions.ts';
import { hideBrokenImage } from './view-helpers.ts';

/** How many pictures the storyboard has. */
const PICTURES = 12;
/** Maximum number of ranges drawn in a lane. More could not be distinguished. */
const MAX_RANGES = 400;
/** How far Page Up and Page Down seek, in ms. */
const PAGE_MS = 30_000;
/** Ranges closer than this share of the video are drawn as one. */
const JOIN_SHARE = 0.002;

const LANES: readonly (readonly [IconName, string, readonly EvidenceKind[]])[] = [
  ['said', 'Said', ['speech']],
  ['screen', 'On screen', ['screenText']],
  ['seen', 'Seen', ['caption', 'description']],
];

interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/** Returns ranges in time order, those that touch joined. */
function joinRanges(ranges: readonly Range[], gapMs: number): readonly Range[] {
  const joined: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = joined.at(-1);
    if (last !== undefined && startMs <= last.endMs + gapMs && joined.length > MAX_RANGES / 2)
      last.endMs = Math.max(last.endMs, endMs);
    else if (last !== undefined && startMs < last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else joined.push({ startMs, endMs });
  }
  return joined.slice(0, MAX_RANGES);
}

/** Renders the video as one bar: matches, pictures, what is said, shown and seen, the lines found and the playhead. */
export function timeline(state: State, video: VideoResult, actions: ViewActions): TemplateResult {
  const durationMs = Math.max(1, video.durationMs);
  const { watching, nowMs } = state;
  const selection = watching?.endMs === undefined ? undefined : watching;
  const selectionText =
    selection?.endMs === undefined
      ? ''
      : `, marked from ${formatTime(selection.startMs)} to ${formatTime(selection.endMs)}`;
  const lines = currentLines(state).filter(({ uri }) => uri === video.uri);
  return html`<div class="tl">
    ${guard([video, state.turn, state.momentFilter, state.heat, selection?.startMs, selection?.endMs], () => rows(state, video, durationMs, lines, selection, actions))}
    <div
      class="timeline"
      role="slider"
      tabindex="0"
      aria-label="Position in the video"
      aria-valuemin="0"
      aria-valuemax=${Math.round(durationMs / 1000)}
      aria-valuenow=${Math.round(Math.min(nowMs, durationMs) / 1000)}
      aria-valuetext="${formatTime(nowMs)} of ${formatTime(durationMs)}${selectionText}"
      @click=${(event: MouseEvent) => actions.watching.seek(timeAt(event, durationMs))}
      @keydown=${(event: KeyboardEvent) => onSliderKey(event, nowMs, durationMs, actions)}
      @pointermove=${(event: PointerEvent) => showPeek(event, video, durationMs, actions)}
      @pointerleave=${hidePeek}
    >
      <span class="head" .style=${`left:${percent(nowMs, durationMs)}%`}></span>
    </div>
    <div class="peek" hidden><img alt="" width="160" height="90" /><b></b><span></span></div>
  </div>`;
}

const percent = (ms: number, durationMs: number) =>
  (Math.max(0, Math.min(ms, durationMs)) / durationMs) * 100;

function timeAt({ clientX, currentTarget }: MouseEvent, durationMs: number): number {
  const box = (currentTarget as Element).getBoundingClientRect();
  return ((clientX - box.left) / box.width) * durationMs;
}

function onSliderKey(
  event: KeyboardEvent,
  nowMs: number,
  durationMs: number,
  { watching }: ViewActions,
): void {
  const targets: Readonly<Record<string, number>> = {
    Home: 0,
    End: durationMs - 1000,
    PageUp: nowMs - PAGE_MS,
    PageDown: nowMs + PAGE_MS,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  watching.seek(Math.min(target, durationMs - 1));
  event.preventDefault();
  event.stopPropagation();
}

function rows(
  { heat, turn }: State,
  video: VideoResult,
  durationMs: number,
  lines: readonly (Range & { readonly seekMs: number })[],
  selection: { readonly startMs: number; readonly endMs?: number } | undefined,
  { stillUrl }: ViewActions,
): TemplateResult {
  const bar = ({ startMs, endMs }: Range, className = '') =>
    html`<i class=${className} .style=${`left:${percent(startMs, durationMs)}%;width:${Math.max(0.3, percent(endMs, durationMs) - percent(startMs, durationMs))}%`}></i>`;
  const hasPictures = video.state !== 'offline' && video.streams.some(({ kind }) => kind === 'video');
  const lanes = LANES.map(([name, label, kinds]) => ({
    name,
    label,
    ranges: joinRanges(
      video.lines.filter(({ kind }) => kinds.includes(kind)),
      durationMs * JOIN_SHARE,
    ),
  })).filter(({ ranges }) => ranges.length > 0);
  const speech = joinRanges(video.speech ?? [], durationMs * JOIN_SHARE);
  const tags = video.corrections.filter((correction) => correction.change === 'tag');
  const heatOfTurn = heat?.uri === video.uri && heat.query === turn?.question ? heat.heat : [];
  return html`${
    heatOfTurn.some((value) => value > 0)
      ? html`<span class="lab heat-lab">Matches</span>${heatCurve(heatOfTurn)}`
      : nothing
  }
  ${hasPictures ? html`<span class="lab film-lab">Pictures</span>${film(video, durationMs, stillUrl)}` : nothing}
  ${
    speech.length === 0
      ? nothing
      : html`<span class="lab lane-lab speech" title="Somebody speaks, as measured in the sound">${icon('speech')}Speech</span>
          <div class="lane speech">${speech.map((range) => bar(range))}</div>`
  }
  ${lanes.map(
    ({ name, label, ranges }) => html`<span class="lab lane-lab ${name}">${icon(name)}${label}</span>
      <div class="lane ${name}">${ranges.map((range) => bar(range))}</div>`,
  )}
  ${
    tags.length === 0
      ? nothing
      : html`<span class="lab lane-lab tagged">${icon('tagged')}Tagged</span>
          <div class="lane tagged">${tags.map((tag) => bar(tag, 'tag-mark'))}</div>`
  }
  ${
    video.chapters.length === 0
      ? nothing
      : html`<span class="lab lane-lab chapter">${icon('named')}Chapters</span>
          <div class="lane chapter">${video.chapters.map((chapter) => bar(chapter, 'chapter-mark'))}</div>`
  }
  <span class="lab lane-lab found">${icon('found')}Found</span>
  <div class="lane found">
    ${selection?.endMs === undefined ? nothing : bar({ startMs: selection.startMs, endMs: selection.endMs }, 'chosen')}
    ${lines.map(({ seekMs }) => html`<i class="diamond" .style=${`left:${percent(seekMs, durationMs)}%`}></i>`)}
  </div>`;
}

/** Renders how good the matches are over the length of the video, as a curve. */
function heatCurve(heat: readonly number[]): TemplateResult {
  const step = 100 / heat.length;
  const points = heat.map((value, at) => `${((at + 0.5) * step).toFixed(2)},${(20 - value * 18).toFixed(1)}`);
  return html`<svg class="heat" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">${svg`<polygon points="0,20 ${points.join(' ')} 100,20" />`}</svg>`;
}

function film(video: VideoResult, durationMs: number, stillUrl: ViewActions['stillUrl']): TemplateResult {
  return html`<div class="film">
    ${Array.from({ length: PICTURES }, (_, at) => Math.round(((at + 0.4) / PICTURES) * durationMs)).map(
      (ms) =>
        html`<img src=${stillUrl(video.uri, ms, 320)} alt="" loading="lazy" @error=${hideBrokenImage} />`,
    )}
  </div>`;
}

let peekTimer: ReturnType<typeof setTimeout> | undefined;

/** Shows the picture, second and line under the pointer. It follows the pointer without a new rendering of the page. */
function showPeek(
  event: PointerEvent,
  video: VideoResult,
  durationMs: number,
  { stillUrl }: ViewActions,
): void {
  if (event.pointerType !== 'mouse') return;
  const slider = event.currentTarget as HTMLElement;
  const peek = slider.parentElement?.querySelector<HTMLElement>('.peek');
  const [image, time, words] = [...(peek?.children ?? [])];
  if (!peek || !(image instanceof HTMLImageElement) || !time || !words) return;
  const ms = Math.max(0, Math.min(timeAt(event, durationMs), durationMs - 1));
  const line = video.lines.findLast(
    ({ kind, startMs, endMs }) => kind !== 'facts' && kind !== 'title' && startMs <= ms && ms < endMs,
  );
  const chapter = video.chapters.find(({ startMs, endMs }) => startMs <= ms && ms < endMs);
  time.textContent = chapter === undefined ? formatTime(ms) : `${formatTime(ms)} ${chapter.title}`;
  words.textContent = line?.text ?? '';
  words.className = line === undefined ? '' : toMomentKind(line.kind);
  peek.hidden = false;
  const room = (slider.parentElement?.clientWidth ?? 0) - peek.offsetWidth;
  peek.style.left = `${Math.max(0, Math.min(room, slider.offsetLeft + event.offsetX - peek.offsetWidth / 2))}px`;
  clearTimeout(peekTimer);
  peekTimer = setTimeout(() => {
    image.src = stillUrl(video.uri, Math.round(ms / 500) * 500, 320);
  }, 60);
}

function hidePeek(event: Event): void {
  clearTimeout(peekTimer);
  const peek = (event.currentTarget as Element).parentElement?.querySelector<HTMLElement>('.peek');
  if (peek) peek.hidden = true;
}
