import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { ref } from 'lit/directives/ref.js';
import type { WatchActions } from '../actions/watch.ts';
import type { Host } from '../host.ts';
import type { State, Watching } from '../state.ts';
import { clock } from '../text.ts';

/** The wish that the player has followed already. */
const followed = new WeakMap<HTMLVideoElement, number>();
/** The player that is on the page. */
let shown: HTMLVideoElement | undefined;

/** A converted stream begins at the wish's time by itself; in a file the player must go there. */
function follow(player: HTMLVideoElement, { wish, playMs, playback }: Watching): void {
  shown = player;
  if (followed.get(player) === wish) return;
  followed.set(player, wish);
  const go = () => {
    if (playback?.way === 'original') player.currentTime = playMs / 1000;
    // A browser may want a click first; the picture then stands at the moment.
    player.play().catch(() => undefined);
  };
  if (player.readyState >= player.HAVE_METADATA) go();
  else player.addEventListener('loadedmetadata', go, { once: true });
}

/** The video element with its controls, or why there is none. */
export function playerView(
  state: State,
  watching: Watching,
  actions: WatchActions,
  host: Host,
): TemplateResult {
  const { uri, playMs, playback, unplayable, wish } = watching;
  if (unplayable !== undefined) {
    return html`<div class="trouble" role="alert">
      <p>${unplayable.message}</p>
      <p class="quiet">${unplayable.remedy}</p>
      ${
        host.openOutside === undefined
          ? html`<p class="quiet">"goldfish open" plays it in a player of your system.</p>`
          : outsideButton(uri, playMs, host)
      }
    </div>`;
  }
  if (playback === undefined) return html`<p class="quiet">Loading ...</p>`;
  const converted = playback.way === 'converted';
  // Each wish is another address: a stream cannot be sought in, it is asked for anew.
  const source = converted
    ? host.mediaUrl('video', { uri, plays: playback.plays.join(','), ms: String(playMs), n: String(wish) })
    : host.mediaUrl('video', { uri });
  const tell = (event: Event) => {
    const { currentTime } = event.target as HTMLVideoElement;
    actions.playing((converted ? playMs : 0) + Math.round(currentTime * 1000));
  };
  // A new element for each video: what an old one still loads cannot come in between.
  return html`${keyed(
    `${uri} ${playback.way}`,
    html`<video
      ?controls=${!converted}
      playsinline
      preload="metadata"
      aria-label="Video"
      src=${source}
      @timeupdate=${tell}
      @play=${tell}
      @pause=${tell}
      @volumechange=${tell}
      @click=${() => converted && toggle(state, watching, actions)}
      @error=${() => void actions.cannotPlay()}
      ${ref((element) => {
        if (element instanceof HTMLVideoElement) follow(element, watching);
      })}
    ></video>`,
  )}
  ${converted ? controls(state, watching, actions) : nothing}`;
}

/** Hands the video over to a player of the system, where the page can; nobody wants to hear it twice. */
export function outsideButton(
  uri: string,
  ms: number,
  { openOutside }: Host,
): TemplateResult | typeof nothing {
  if (openOutside === undefined) return nothing;
  const hand = () => {
    shown?.pause();
    openOutside(uri, ms);
  };
  return html`<vscode-button secondary id="outside" @click=${hand}>Play outside</vscode-button>`;
}

/** Plays on or pauses; a stream that broke off or is at its end is asked for again. */
function toggle({ nowMs }: State, { startMs }: Watching, actions: WatchActions): void {
  if (shown === undefined) return;
  if (shown.error !== null) actions.seek(nowMs);
  else if (shown.ended) actions.seek(startMs);
  else if (shown.paused) shown.play().catch(() => undefined);
  else shown.pause();
}

/** The player's own controls would count from the start of the stream: these count as the video does. */
function controls(state: State, watching: Watching, actions: WatchActions): TemplateResult {
  const { playback, video } = watching;
  const what =
    playback?.video === 'encoded' ? 'The picture' : playback?.audio === 'encoded' ? 'The sound' : 'It';
  const muted = shown?.muted === true;
  return html`<div class="row" role="group" aria-label="Player controls">
    <vscode-button secondary id="play" @click=${() => toggle(state, watching, actions)}
      >${shown?.paused === false && shown.error === null ? 'Pause' : 'Play'}</vscode-button
    >
    <vscode-button
      secondary
      id="mute"
      @click=${() => {
        if (shown !== undefined) shown.muted = !muted;
      }}
      >${muted ? 'Unmute' : 'Mute'}</vscode-button
    >
    <vscode-button secondary id="fullscreen" @click=${() => shown?.requestFullscreen().catch(() => undefined)}
      >Full screen</vscode-button
    >
    <span class="time">${clock(state.nowMs)}${video === undefined ? '' : ` of ${clock(video.durationMs)}`}</span>
    <span class="quiet">${what} is converted for this player.</span>
  </div>`;
}
