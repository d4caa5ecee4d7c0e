import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { WatchActions } from '../actions/watch.ts';
import type { Host } from '../host.ts';
import type { State } from '../state.ts';
import { nameOf } from '../text.ts';
import { troubleBox } from './parts.ts';
import { playerView } from './player.ts';
import { storyboard, timeline } from './timeline.ts';
import { transcript } from './transcript.ts';

/** How far an arrow key goes in the video, ms. */
const STEP_MS = 5000;

/** The player with what belongs to it; nothing where nothing is watched. */
export function watchView(state: State, actions: WatchActions, host: Host): TemplateResult | typeof nothing {
  const { watching } = state;
  if (watching === undefined) return nothing;
  const { uri, video } = watching;
  const seek = (ms: number) => actions.watch({ uri, startMs: Math.max(0, Math.round(ms)) });
  const onKey = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLVideoElement) return;
    if (event.key === 'ArrowLeft') seek(state.nowMs - STEP_MS);
    else if (event.key === 'ArrowRight') seek(state.nowMs + STEP_MS);
    else return;
    event.preventDefault();
  };
  const name = video === undefined ? nameOf(uri) : nameOf(video.path);
  return html`<section class="watch" aria-label="Player" @keydown=${onKey}>
    <header class="row">
      <h2 class="name">${video === undefined ? 'Loading ...' : name}</h2>
      <vscode-button secondary id="previous" @click=${() => actions.step(-1)}>Previous</vscode-button>
      <vscode-button secondary id="next" @click=${() => actions.step(1)}>Next</vscode-button>
      <vscode-button secondary id="close" @click=${actions.stop}>Close</vscode-button>
    </header>
    ${troubleBox(watching.trouble)} ${video?.state === 'offline' ? offline() : playerView(state, watching, actions, host)}
    ${video === undefined ? nothing : timeline(state, video, seek)}
    ${video === undefined ? nothing : storyboard(video, watching, host, seek)}
    ${video === undefined ? nothing : transcript(state, video, seek)}
  </section>`;
}

const offline = () =>
  troubleBox({ message: 'This video is offline.', remedy: 'Connect its drive; it plays again then.' });
