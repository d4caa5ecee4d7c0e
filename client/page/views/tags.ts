import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { TimeRange } from '../../../server/protocol/base.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import type { CorrectActions } from '../actions/correct.ts';
import { formatTime } from '../text.ts';
import { submitOnEnter } from './view-helpers.ts';

/** Renders the video's tags, which play their moments, and a field to tag the current moment. */
export function tagBox(
  { corrections }: VideoResult,
  range: TimeRange | undefined,
  play: (range: TimeRange) => void,
  { tag, removeCorrection }: CorrectActions,
): TemplateResult {
  const tags = corrections
    .filter((correction) => correction.change === 'tag')
    .sort((a, b) => a.startMs - b.startMs);
  const add = async (event: Event) => {
    event.preventDefault();
    const box = document.querySelector<HTMLElement & { value: string }>('#tag');
    if (box && range && (await tag(range, box.value))) box.value = '';
  };
  return html`<section class="tags" aria-label="Tags">
    ${
      tags.length === 0
        ? nothing
        : html`<ul class="plain row">
            ${tags.map(
              (correction) =>
                html`<li class="tag">
                  <button class="link" @click=${() => play(correction)}>
                    <span class="time">${formatTime(correction.startMs)}</span> ${correction.text}
                  </button>
                  <button class="remove" aria-label="Remove the tag ${correction.text}" @click=${() => removeCorrection(correction.id)}>×</button>
                </li>`,
            )}
          </ul>`
    }
    ${
      range === undefined
        ? nothing
        : html`<form class="row" @submit=${add} @keydown=${submitOnEnter()}>
            <vscode-textfield
              id="tag"
              label="Tag for ${formatTime(range.startMs)} to ${formatTime(range.endMs)}"
              placeholder="Tag ${formatTime(range.startMs)} - ${formatTime(range.endMs)}"
              maxlength="200"
            ></vscode-textfield>
            <vscode-button secondary id="add-tag" @click=${add}>Tag</vscode-button>
          </form>`
    }
  </section>`;
}
