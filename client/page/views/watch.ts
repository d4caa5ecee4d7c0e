import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { ref } from 'lit/directives/ref.js';
import type { WatchActions } from '../actions/watch.ts';
import type { Host } from '../host.ts';
import type { State, Watching } from '../state.ts';
import { nameOf } from '../text.ts';
import { troubleBox } from './parts.ts';
import { storyboard, timeline } from './timeline.ts';
import { transcript } from './transcript.ts';

/** How far an arrow key goes in the video, ms. */
const STEP_MS = 5000;

/** The wish that the player has followed already. */
const followed = new WeakMap<HTMLVideoElement, number>();

function follow(player: HTMLVideoElement, { wish, startMs }: Watching): void {
  if (followed.get(player) === wish) return;
  followed.set(player, wish);
  const go = () => {
    player.currentTime = startMs / 1000;
    // A browser may want a click first; the picture then stands at the moment.
    player.play().catch(() => undefined);
  };
  if (player.readyState >= player.HAVE_METADATA) go();
  else player.addEventListener('loadedmetadata', go, { once: true });
}

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
    ${troubleBox(watching.trouble)} ${video?.state === 'offline' ? offline() : player(watching, actions, host)}
    ${video === undefined ? nothing : timeline(state, video, seek)}
    ${video === undefined ? nothing : storyboard(video, watching, host, seek)}
    ${video === undefined ? nothing : transcript(state, video, seek)}
  </section>`;
}

const offline = () =>
  troubleBox({ message: 'This video is offline.', remedy: 'Connect its drive; it plays again then.' });

function player(watching: Watching, actions: WatchActions, host: Host): TemplateResult {
  const { uri, startMs, unplayable } = watching;
  if (unplayable) {
    return html`<div class="trouble" role="alert">
      <p>This player cannot play the file.</p>
      ${
        host.openOutside === undefined
          ? html`<p class="quiet">"goldfish open" plays it in a player of your system.</p>`
          : html`<vscode-button @click=${() => host.openOutside?.(uri, startMs)}>Play it outside</vscode-button>`
      }
    </div>`;
  }
  // A new element for each video: what an old one still loads cannot come in between.
  return html`${keyed(
    uri,
    html`<video
      controls
      playsinline
      preload="metadata"
      aria-label="Video"
      src=${host.mediaUrl('video', { uri })}
      @timeupdate=${(event: Event) => actions.playing(Math.round((event.target as HTMLVideoElement).currentTime * 1000))}
      @error=${actions.cannotPlay}
      ${ref((element) => {
        if (element instanceof HTMLVideoElement) follow(element, watching);
      })}
    ></video>`,
  )}`;
}
