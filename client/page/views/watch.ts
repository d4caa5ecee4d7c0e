import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { TimeRange } from '../../../server/protocol/base.ts';
import type { VideoResult } from '../../../server/protocol/videos.ts';
import type { AskActions } from '../actions/ask.ts';
import type { CorrectActions } from '../actions/correct.ts';
import type { LibraryActions } from '../actions/library.ts';
import type { WatchActions } from '../actions/watch.ts';
import type { Host } from '../host.ts';
import type { PlaybackState, State } from '../state.ts';
import { fileNameOfUri, formatTime, nameOf } from '../text.ts';
import { clipCard } from './clip.ts';
import { externalPlayerButton, playerView } from './player.ts';
import { storyboard } from './storyboard.ts';
import { tagBox } from './tags.ts';
import { timeline } from './timeline.ts';
import { transcript } from './transcript.ts';
import { problemBox } from './view-helpers.ts';

/** Sets how far an arrow key seeks, in ms. */
const STEP_MS = 5000;

export interface WatchViewActions {
  readonly watching: WatchActions;
  readonly correcting: CorrectActions;
  readonly asking: AskActions;
  readonly library: LibraryActions;
  readonly stillUrl: (uri: string, ms: number, width: number) => string;
  readonly host: Host;
}

/** Renders the player and the details of the video. Renders nothing if no video is open. */
export function watchView(state: State, actions: WatchViewActions): TemplateResult | typeof nothing {
  const { watching } = state;
  if (watching === undefined) return nothing;
  const { seek, step, stepClip, stop } = actions.watching;
  const { uri, video } = watching;
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.target instanceof HTMLVideoElement || isField(event)) return;
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (direction === 0) return;
    if (event.shiftKey) stepClip(direction);
    else seek(state.nowMs + direction * STEP_MS);
    event.preventDefault();
  };
  const name = video === undefined ? fileNameOfUri(uri) : nameOf(video.path);
  return html`<section class="watch" aria-label="Player" @keydown=${onKey}>
    <header class="row">
      <h2 class="name">${name}</h2>
      <vscode-button secondary id="previous" title="Previous moment (p)" @click=${() => step(-1)}>Previous</vscode-button>
      <vscode-button secondary id="next" title="Next moment (n)" @click=${() => step(1)}>Next</vscode-button>
      <vscode-button secondary id="close" @click=${stop}>Close</vscode-button>
    </header>
    ${problemBox(watching.trouble)} ${video?.state === 'offline' ? offlineNotice() : playerView(state, watching, actions.watching, actions.host)}
    ${video === undefined ? loadingNotice(watching) : videoDetails(state, watching, video, actions)}
  </section>`;
}

const loadingNotice = ({ trouble }: PlaybackState) =>
  trouble === undefined ? html`<p class="quiet">Loading the transcript ...</p>` : nothing;

/** Returns whether a key goes into a field. A custom element hides its field, so the composed path is checked. */
function isField(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

function videoDetails(
  state: State,
  watching: PlaybackState,
  video: VideoResult,
  { watching: watch, correcting, asking, library, stillUrl, host }: WatchViewActions,
): TemplateResult {
  const { uri, startMs, endMs } = watching;
  const clip = video.clips.find(
    (candidate) => candidate.startMs <= state.nowMs && state.nowMs < candidate.endMs,
  );
  const moment = endMs === undefined ? clip : { startMs, endMs };
  const play = (range: TimeRange) => watch.watch({ uri, startMs: range.startMs, endMs: range.endMs });
  const findSimilar = () =>
    clip &&
    asking.like(
      { clip: { clipId: clip.clipId, uri } },
      `Moments similar to ${nameOf(video.path)} at ${formatTime(clip.startMs)}`,
    );
  return html`
    ${timeline(state, video, watch.seek)} ${storyboard(state, video, stillUrl, play)}
    <div class="row buttons">
      ${
        clip === undefined
          ? nothing
          : html`<vscode-button secondary id="alike" @click=${findSimilar}>Find similar moments</vscode-button>`
      }
      <vscode-button secondary id="ask-about" @click=${() => library.askAbout(uri)}>Ask about this video</vscode-button>
      ${watching.playbackProblem === undefined ? externalPlayerButton(uri, state.nowMs, host) : nothing}
    </div>
    ${tagBox(video, moment, play, correcting)} ${clipCard(video, clip)}
    ${transcript(state, video, watch, correcting)}
  `;
}

const offlineNotice = () =>
  problemBox({ message: 'This video is offline.', remedy: 'Connect its drive to play it.' });
