import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { ref } from 'lit/directives/ref.js';
import type { WatchActions } from '../actions/watch.ts';
import type { Host } from '../host.ts';
import type { PlaybackState, State } from '../state.ts';
import { formatTime } from '../text.ts';

/** The wish that the player has followed already. */
const handledRequests = new WeakMap<HTMLVideoElement, number>();
/** The player that is on the page. */
let currentPlayer: HTMLVideoElement | undefined;

/** A converted stream begins at the wish's time by itself; in a file the player must go there. */
function applyPlayRequest(player: HTMLVideoElement, { playRequest, playMs, playback }: PlaybackState): void {
  currentPlayer = player;
  if (handledRequests.get(player) === playRequest) return;
  handledRequests.set(player, playRequest);
  const start = () => {
    if (playback?.way === 'original') player.currentTime = playMs / 1000;
    // A browser may want a click first; the picture then stands at the moment.
    player.play().catch(() => undefined);
  };
  if (player.readyState >= player.HAVE_METADATA) start();
  else player.addEventListener('loadedmetadata', start, { once: true });
}

/** The video element with its controls, or why there is none. */
export function playerView(
  state: State,
  watching: PlaybackState,
  actions: WatchActions,
  host: Host,
): TemplateResult {
  const { uri, playMs, playback, playbackProblem, playRequest } = watching;
  if (playbackProblem !== undefined) {
    return html`<div class="trouble" role="alert">
      <p>${playbackProblem.message}</p>
      <p class="quiet">${playbackProblem.remedy}</p>
      ${
        host.openOutside === undefined
          ? html`<p class="quiet">"goldfish open" plays it in a player of your system.</p>`
          : externalPlayerButton(uri, playMs, host)
      }
    </div>`;
  }
  if (playback === undefined) return html`<p class="quiet">Loading ...</p>`;
  const isConverted = playback.way === 'converted';
  // Each wish is another address: a stream cannot be sought in, it is asked for anew.
  const source = isConverted
    ? host.mediaUrl('video', {
        uri,
        plays: playback.plays.join(','),
        ms: String(playMs),
        n: String(playRequest),
      })
    : host.mediaUrl('video', { uri });
  const reportTime = (event: Event) => {
    const { currentTime } = event.target as HTMLVideoElement;
    actions.onTime((isConverted ? playMs : 0) + Math.round(currentTime * 1000));
  };
  // A new element for each video: what an old one still loads cannot come in between.
  return html`${keyed(
    `${uri} ${playback.way}`,
    html`<video
      ?controls=${!isConverted}
      playsinline
      preload="metadata"
      aria-label="Video"
      src=${source}
      @timeupdate=${reportTime}
      @play=${reportTime}
      @pause=${reportTime}
      @volumechange=${reportTime}
      @click=${() => isConverted && togglePlay(state, watching, actions)}
      @error=${() => void actions.cannotPlay()}
      ${ref((element) => {
        if (element instanceof HTMLVideoElement) applyPlayRequest(element, watching);
      })}
    ></video>`,
  )}
  ${isConverted ? controls(state, watching, actions) : nothing}`;
}

/** Hands the video over to a player of the system, where the page can; nobody wants to hear it twice. */
export function externalPlayerButton(
  uri: string,
  ms: number,
  { openOutside }: Host,
): TemplateResult | typeof nothing {
  if (openOutside === undefined) return nothing;
  const openExternally = () => {
    currentPlayer?.pause();
    openOutside(uri, ms);
  };
  return html`<vscode-button secondary id="outside" @click=${openExternally}>Play outside</vscode-button>`;
}

/** Plays on or pauses; a stream that broke off or is at its end is asked for again. */
function togglePlay({ nowMs }: State, { startMs }: PlaybackState, actions: WatchActions): void {
  if (currentPlayer === undefined) return;
  if (currentPlayer.error !== null) actions.seek(nowMs);
  else if (currentPlayer.ended) actions.seek(startMs);
  else if (currentPlayer.paused) currentPlayer.play().catch(() => undefined);
  else currentPlayer.pause();
}

/** The player's own controls would count from the start of the stream: these count as the video does. */
function controls(state: State, watching: PlaybackState, actions: WatchActions): TemplateResult {
  const { playback, video } = watching;
  const convertedPart =
    playback?.video === 'encoded' ? 'The picture' : playback?.audio === 'encoded' ? 'The sound' : 'It';
  const isMuted = currentPlayer?.muted === true;
  return html`<div class="row" role="group" aria-label="Player controls">
    <vscode-button secondary id="play" @click=${() => togglePlay(state, watching, actions)}
      >${currentPlayer?.paused === false && currentPlayer.error === null ? 'Pause' : 'Play'}</vscode-button
    >
    <vscode-button
      secondary
      id="mute"
      @click=${() => {
        if (currentPlayer !== undefined) currentPlayer.muted = !isMuted;
      }}
      >${isMuted ? 'Unmute' : 'Mute'}</vscode-button
    >
    <vscode-button secondary id="fullscreen" @click=${() => currentPlayer?.requestFullscreen().catch(() => undefined)}
      >Full screen</vscode-button
    >
    <span class="time">${formatTime(state.nowMs)}${video === undefined ? '' : ` of ${formatTime(video.durationMs)}`}</span>
    <span class="quiet">${convertedPart} is converted for this player.</span>
  </div>`;
}
