import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { VideoItem } from '../../../server/protocol/videos.ts';
import type { LibraryActions } from '../actions/library.ts';
import type { Confirmation, State } from '../state.ts';
import { formatTime, nameOf } from '../text.ts';
import type { LibraryViewActions } from './view-actions.ts';

const STATE_LABELS: Readonly<Record<VideoItem['state'], string>> = {
  waiting: 'waiting',
  running: 'indexing',
  done: 'ready',
  failed: 'failed',
  offline: 'offline',
  forgotten: 'removed',
};

/** Renders a video of a folder. A click plays it; the dots show more actions. */
export function videoRow(video: VideoItem, state: State, actions: LibraryViewActions): TemplateResult {
  const { uri, path, durationMs, recorded, failures, notices = [] } = video;
  const { watch, library } = actions;
  const name = nameOf(path);
  const isExpanded = state.expandedVideo === uri;
  return html`<div class="row">
      <button class="link grow" @click=${() => watch({ uri, startMs: 0 })}>${name}</button>
      <span class="time">${recorded.slice(0, 10)}</span>
      <span class="time">${formatTime(durationMs)}</span>
      <span class="state ${video.state}">${STATE_LABELS[video.state]}</span>
      <button
        class="more"
        aria-expanded=${isExpanded}
        aria-label="${isExpanded ? 'Hide' : 'Show'} actions for ${name}"
        @click=${() => library.open(uri)}
      >
        ⋯
      </button>
    </div>
    ${[...failures, ...notices].map(
      ({ stage, reason, remedy }) =>
        html`<div class="trouble">
          <p><span class="kind">${stage}</span> ${reason}</p>
          <p class="quiet">${remedy}</p>
        </div>`,
    )}
    ${
      failures.length > 0 && !isExpanded
        ? html`<vscode-button secondary aria-label="Try again: ${name}" @click=${() => library.readAgain(uri)}
            >Try again</vscode-button
          >`
        : nothing
    }
    ${isExpanded ? videoActions(video, state, actions) : nothing}`;
}

function videoActions(
  { uri, path }: VideoItem,
  { confirmation }: State,
  { library }: LibraryViewActions,
): TemplateResult {
  const name = nameOf(path);
  const confirmingAction =
    confirmation?.uri === uri && confirmation.what !== 'remove' ? confirmation.what : undefined;
  const button = (className: string, label: string, act: () => unknown) =>
    html`<vscode-button secondary class=${className} aria-label="${label}: ${name}" @click=${act}>${label}</vscode-button>`;
  const toggle = (what: 'forget' | 'readAgain') =>
    library.confirm(confirmingAction === what ? undefined : { what, uri });
  return html`<div class="row doings">
      ${button('ask-about', 'Ask about this video', () => library.askAbout(uri))}
      ${button('read-again', 'Index again ...', () => toggle('readAgain'))}
      ${button('forget', 'Remove from index ...', () => toggle('forget'))}
    </div>
    ${
      confirmingAction === 'forget'
        ? confirmBox(
            `Remove ${name} from the index? You cannot search it until you index it again. The file and your corrections stay.`,
            'Remove',
            { what: 'forget', uri },
            library,
          )
        : nothing
    }
    ${
      confirmingAction === 'readAgain'
        ? confirmBox(
            `Index ${name} again? This takes as long as the first time. You can search it meanwhile, and your corrections stay.`,
            'Index again',
            { what: 'readAgain', uri },
            library,
          )
        : nothing
    }`;
}

/** Renders a confirmation for an action that cannot be undone with one click. */
export function confirmBox(
  question: string,
  confirmLabel: string,
  confirming: Confirmation,
  { confirm, runConfirmed }: LibraryActions,
): TemplateResult {
  return html`<div class="confirm" role="group" aria-label=${question}>
    <p>${question}</p>
    <div class="row">
      <vscode-button class="yes" @click=${() => runConfirmed(confirming)}>${confirmLabel}</vscode-button>
      <vscode-button class="no" secondary @click=${() => confirm(undefined)}>Cancel</vscode-button>
    </div>
  </div>`;
}
