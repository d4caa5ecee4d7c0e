import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { ref } from 'lit/directives/ref.js';
import type { WatchActions } from '../actions/watch.ts';
import type { Host } from '../host.ts';
import type { PlaybackState, State } from '../state.ts';
import { formatTime } from '../text.ts';

/** Stores the last play request that each player has handled. */
const handledRequests = new WeakMap<HTMLVideoElement, number>();
/** Holds the video element on the page. */
let currentPlayer: HTMLVideoElement | undefined;

/** Applies a play request. A converted stream already starts at the requested time; in a file the player must seek. */
function applyPlayRequest(player: HTMLVideoElement, { playRequest, playMs, playback }: PlaybackState): void {
  currentPlayer = player;
  if (handledRequests.get(player) === playRequest) return;
  handledRequests.set(player, playRequest);
  const start = () => {
    if (playback?.way === 'original') player.currentTime = playMs / 1000;
    // The browser may require a click first. The video then shows the frame of the moment.
    player.play().catch(() => undefined);
  };
  if (player.readyState >= player.HAVE_METADATA) start();
  else player.addEventListener('loadedmetadata', start, { once: true });
}

/** Renders the video with its controls, or the reason why it cannot play. */
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
          ? html`<p class="quiet">Run "goldfish open" to play it in another player.</p>`
          : externalPlayerButton(uri, playMs, host)
      }
    </div>`;
  }
  if (playback === undefined) return html`<p class="quiet">Loading ...</p>`;
  const isConverted = playback.way === 'converted';
  // Each play request has its own address: a stream does not support seeking, so it is requested again.
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
  // Use a new element for each video, so that the old one's loading cannot interfere.
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

/** Renders the button that opens the video in another player, if the host supports it. Pauses the page's player. */
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
  return html`<vscode-button secondary id="outside" @click=${openExternally}>Open in another player</vscode-button>`;
}

/** Plays or pauses. Requests a stream again if it was interrupted or has ended. */
function togglePlay({ nowMs }: State, { startMs }: PlaybackState, actions: WatchActions): void {
  if (currentPlayer === undefined) return;
  if (currentPlayer.error !== null) actions.seek(nowMs);
  else if (currentPlayer.ended) actions.seek(startMs);
  else if (currentPlayer.paused) currentPlayer.play().catch(() => undefined);
  else currentPlayer.pause();
}

/** Renders controls for a converted stream. The native controls would count from the start of the stream. */
function controls(state: State, watching: PlaybackState, actions: WatchActions): TemplateResult {
  const { playback, video } = watching;
  const convertedPart =
    playback?.video === 'encoded' ? 'Video' : playback?.audio === 'encoded' ? 'Audio' : 'Container';
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
    <span class="quiet">${convertedPart} converted for this player.</span>
  </div>`;
}
