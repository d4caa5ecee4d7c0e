import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import { icon } from '../icons.ts';
import type { PlaybackState, State } from '../state.ts';
import { formatTime } from '../text.ts';
import type { ViewActions } from './view-actions.ts';
import { ignoreComposingEnter } from './view-helpers.ts';

/** Renders the video's tags, which play their moments, and a field to tag the current moment. */
export function tagPanel(
  { nowMs }: State,
  { uri, startMs, endMs }: PlaybackState,
  video: VideoResult,
  { watching, correcting }: ViewActions,
): TemplateResult {
  const tags = video.corrections
    .filter((correction) => correction.change === 'tag')
    .toSorted((a, b) => a.startMs - b.startMs);
  const clip = video.clips.find((candidate) => candidate.startMs <= nowMs && nowMs < candidate.endMs);
  const range = endMs === undefined ? clip : { startMs, endMs };
  const add = async (event: Event) => {
    event.preventDefault();
    const field = document.querySelector<HTMLElement & { value: string }>('#tag');
    if (field && range && (await correcting.tag(range, field.value))) field.value = '';
  };
  const span = range === undefined ? '' : `${formatTime(range.startMs)} to ${formatTime(range.endMs)}`;
  return html`<section class="tags pad" aria-label="Tags">
    ${
      range === undefined
        ? nothing
        : html`<form class="row" @submit=${add} @keydown=${ignoreComposingEnter()}>
            <vscode-textfield class="grow" id="tag" label="Tag for ${span}" placeholder="Tag ${span}" maxlength="200"></vscode-textfield>
            <button class="btn" id="add-tag">${icon('tagged')}Tag</button>
          </form>`
    }
    ${
      tags.length === 0
        ? html`<p class="muted">No tags yet. A tag marks a moment with your own words; you can find it with tag:word.</p>`
        : html`<ul class="tagrow">
            ${tags.map(
              (tag) => html`<li class="tag chip">
                <button type="button" class="link" @click=${() => watching.watch({ uri, startMs: tag.startMs, endMs: tag.endMs })}>${icon('tagged')}<span class="ell">${tag.text}</span> <time class="muted">${formatTime(tag.startMs)}</time></button>
                <button type="button" class="remove" aria-label="Remove the tag ${tag.text}" title="Remove" @click=${() => correcting.removeCorrection(tag.id)}>${icon('close')}</button>
              </li>`,
            )}
          </ul>`
    }
  </section>`;
}
