import { html, nothing, type TemplateResult } from 'lit';
import type { Uri } from '../../../server/protocol/base.ts';
import type { VideoItem } from '../../../server/protocol/videos.ts';
import { icon, waveform } from '../icons.ts';
import { formatTime, nameOf, recordingText, stageTitle } from '../text.ts';
import { formatDate } from './moments.ts';
import { COVERAGE_KINDS } from './searched.ts';
import type { ViewActions } from './view-actions.ts';
import { hideBrokenImage, menu, menuItem } from './view-helpers.ts';

/** Where in a video its picture is taken, as a share of its length: after titles and black. */
const PICTURE_SHARE = 0.3;

const SOUND_FILES = /\.(mp3|wav|flac|ogg|opus|m4a|aac|wma)$/i;

/** The videos that are selected in the grid. */
export interface GridSelection {
  has(uri: Uri): boolean;
  /** True if any video is selected: a click then selects instead of playing. */
  readonly isActive: boolean;
  /** Selects a video or the opposite; with `isRange` all videos since the last one. */
  toggle(uri: Uri, isRange: boolean): void;
}

/** Renders a video of the library. */
export function videoCard(video: VideoItem, selection: GridSelection, actions: ViewActions): TemplateResult {
  const { uri, path, durationMs, state: videoState } = video;
  const { stillUrl } = actions;
  const name = nameOf(path);
  const isSelected = selection.has(uri);
  const isSound = SOUND_FILES.test(path);
  const open = (event: MouseEvent) => {
    if (selection.isActive) selection.toggle(uri, event.shiftKey);
    else actions.openVideo(uri);
  };
  return html`<article class="vid ${videoState} ${isSelected ? 'on' : ''} ${selection.isActive ? 'selecting' : ''} ${videoState === 'offline' ? 'off' : ''}" data-uri=${uri}>
    <button type="button" class="thumb open ${isSound ? 'audio' : ''}" @click=${open}>
      <span class="vh">Play ${name}</span>
      ${
        isSound
          ? waveform()
          : durationMs === 0 || videoState === 'offline'
            ? nothing
            : html`<img src=${stillUrl(uri, Math.round(durationMs * PICTURE_SHARE), 320)} alt="" loading="lazy" decoding="async" @error=${hideBrokenImage} />`
      }
      ${durationMs > 0 ? html`<span class="len">${formatTime(durationMs)}</span>` : nothing} ${overlay(video)}
    </button>
    <label class="sel" title="Select"><input
      type="checkbox"
      .checked=${isSelected}
      aria-label="Select ${name}"
      @click=${(event: MouseEvent) => selection.toggle(uri, event.shiftKey)}
    /></label>
    <div class="name"><span class="ell" title=${name}>${name}</span>${cardMenu(video, actions)}</div>
    ${stateLine(video, actions)}
  </article>`;
}

function overlay({ state, work }: VideoItem): TemplateResult | typeof nothing {
  if (work !== undefined)
    return html`<span class="over">${icon('screen')}${stageTitle(work.stage)}<span class="num">${Math.floor(work.videoPercent)} %</span></span>`;
  if (state === 'waiting') return html`<span class="over">${icon('clock')}Waiting</span>`;
  if (state === 'running') return html`<span class="over">${icon('clock')}Reading</span>`;
  if (state === 'failed') return html`<span class="over">${icon('warning')}Not indexed in full</span>`;
  return nothing;
}

function stateLine(video: VideoItem, { library }: ViewActions): TemplateResult {
  const { uri, path, state, failures, notices = [], work, coverage, recorded } = video;
  const [problem] = [...failures, ...notices];
  const again = html`<button type="button" class="btn again" aria-label="Try again: ${nameOf(path)}" @click=${() => library.readAgain([uri])}>Try again</button>`;
  if (work !== undefined)
    return html`<div class="state running muted"><span class="ell grow">${stageTitle(work.stage)}</span><span class="num">${work.percent === undefined ? '' : `${Math.floor(work.percent)} %`}</span></div>
      <div class="bar4" role="progressbar" aria-label="Indexing ${nameOf(path)}" aria-valuenow=${Math.floor(work.videoPercent)}><i .style=${`width:${work.videoPercent}%`}></i></div>`;
  if (state === 'failed')
    return html`<div class="state failed bad trouble-line">${icon('warning')}<span class="grow reason" title="${problem?.reason} ${problem?.remedy}">${problem?.reason}</span>${again}</div>`;
  if (video.recording !== undefined)
    return html`<div class="state recording muted" title=${video.recording.isReadable ? 'What is new is indexed as it is written.' : 'Its format can be read only when it is complete.'}>${icon('clock')}<span class="ell">${recordingText(video.recording.isReadable, video.durationMs)}</span></div>`;
  if (state === 'waiting' || state === 'running')
    return html`<div class="state waiting muted">${icon('clock')}${state === 'running' ? 'Reading' : 'Waiting'}</div>`;
  if (state === 'offline')
    return html`<div class="state offline muted">${icon('unplugged')}<span class="ell">Drive not connected</span></div>`;
  if (problem !== undefined)
    return html`<div class="state done bad trouble-line">${icon('warning')}<span class="grow reason" title="${problem.reason} ${problem.remedy}">${problem.reason}</span></div>`;
  return html`<div class="meta state done"><span class="ell">${formatDate(recorded)}</span><span class="know">${
    coverage?.speech === 'missing'
      ? html`<span class="kind no">${icon('speech')}No transcript</span>`
      : nothing
  }${COVERAGE_KINDS.map(([kind, name, label]) =>
    coverage?.[kind] === 'known'
      ? html`<span class="kind ${name}" title=${label}>${icon(name)}<span class="vh">${label}</span></span>`
      : nothing,
  )}</span></div>`;
}

function cardMenu({ uri, path }: VideoItem, { library }: ViewActions): TemplateResult {
  const name = nameOf(path);
  return menu(
    '',
    icon('more'),
    html`${menuItem(html`${icon('ask')}Ask about this video`, () => library.askAbout([uri]))}
      ${menuItem(html`${icon('again')}Index again`, () => library.confirm('readAgain', [uri]))}
      ${menuItem(html`${icon('remove')}Remove from index`, () => library.confirm('forget', [uri]))}`,
    { className: 'icon', name: `More for ${name}` },
  );
}
