import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { ref } from 'lit/directives/ref.js';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { findPlayer, setPlayer } from '../player-element.ts';
import type { PlaybackState, State } from '../state.ts';
import { showSubtitles } from '../subtitle-track.ts';
import { formatTime } from '../text.ts';
import type { ViewActions } from './view-actions.ts';
import { iconButton, menu, menuItem } from './view-helpers.ts';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** Stores the last play request that each player has handled. */
const handledRequests = new WeakMap<HTMLVideoElement, number>();

/** Applies a play request. A converted stream already starts at the requested time; in a file the player must seek. */
function applyPlayRequest(
  player: HTMLVideoElement,
  { playRequest, playMs, playback, shouldPlay }: PlaybackState,
): void {
  setPlayer(player);
  if (handledRequests.get(player) === playRequest) return;
  handledRequests.set(player, playRequest);
  const start = () => {
    if (playback?.way === 'original') player.currentTime = playMs / 1000;
    // The browser may require a click first. The video then shows the frame of the moment.
    if (shouldPlay) player.play().catch(() => undefined);
  };
  if (player.readyState >= player.HAVE_METADATA) start();
  else player.addEventListener('loadedmetadata', start, { once: true });
}

/** Renders the video, or the reason why it cannot play. Its box has its size before it loads. */
export function playerView(
  state: State,
  current: PlaybackState,
  { watching, host, stillUrl }: ViewActions,
): TemplateResult {
  const { uri, playMs, playback, playbackProblem, playRequest } = current;
  if (playbackProblem !== undefined) {
    return html`<div class="trouble plate" role="alert">
      ${icon('warning')}
      <div>
        <p>${playbackProblem.message}</p>
        <p>${playbackProblem.remedy}</p>
        ${
          host.openOutside === undefined
            ? html`<p>Run "goldfish open" to play it in another player.</p>`
            : html`<button class="btn" id="outside-now" @click=${() => externalPlayer(uri, playMs, host)}>${icon('outside')}Open in another player</button>`
        }
      </div>
    </div>`;
  }
  const poster = stillUrl(uri, playMs, 640);
  if (playback === undefined) return html`<img class="poster" src=${poster} alt="" @error=${hidePoster} />`;
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
    const { currentTime, paused, error } = event.target as HTMLVideoElement;
    watching.onTime((isConverted ? playMs : 0) + Math.round(currentTime * 1000), !paused && error === null);
  };
  // Use a new element for each video, so that the old one's loading cannot interfere.
  return html`${keyed(
    `${uri} ${playback.way}`,
    html`<video
      playsinline
      preload="metadata"
      aria-label="Video"
      tabindex="-1"
      src=${source}
      poster=${poster}
      @timeupdate=${reportTime}
      @play=${reportTime}
      @pause=${reportTime}
      @ended=${reportTime}
      @volumechange=${reportTime}
      @ratechange=${reportTime}
      @click=${() => watching.togglePlay()}
      @error=${() => void watching.cannotPlay()}
      ${ref((element) => {
        if (!(element instanceof HTMLVideoElement)) return;
        applyPlayRequest(element, current);
        showSubtitles(element, state.subtitles, isConverted ? playMs : 0);
      })}
    ></video>`,
  )}`;
}

const hidePoster = (event: Event) => (event.target as Element).classList.add('broken');

/** Opens the video in another player. Pauses the page's player. */
export function externalPlayer(uri: string, ms: number, { openOutside }: Host): void {
  findPlayer()?.pause();
  openOutside?.(uri, ms);
}

/** Renders the controls. The native ones would count from the start of a converted stream, and have a second bar. */
export function playerControls(state: State, current: PlaybackState, actions: ViewActions): TemplateResult {
  const { watching } = actions;
  const { playback, video } = current;
  const { nowMs, isPlaying } = state;
  const player = findPlayer();
  const isMuted = player?.muted === true;
  const toggleMuted = () => {
    if (player !== undefined) player.muted = !isMuted;
  };
  const play = isPlaying ? 'Pause' : 'Play';
  return html`<div class="ctl" role="group" aria-label="Player controls">
    ${iconButton(isPlaying ? 'pause' : 'play', `${play} (k)`, () => watching.togglePlay(), { id: 'play' })}
    ${iconButton('back5', 'Back 5 seconds', () => watching.seek(nowMs - 5000))}
    ${iconButton('forward5', 'Forward 5 seconds', () => watching.seek(nowMs + 5000))}
    <span class="now num">${formatTime(nowMs)} <span class="muted">/ ${formatTime(video?.durationMs ?? 0)}</span></span>
    ${playback?.way === 'converted' ? html`<span class="muted small ell converted only-wide" title="This player cannot play the file as it is.">${convertedPart(playback)} converted</span>` : nothing}
    <span class="grow"></span>
    ${speedMenu(player)} ${subtitleMenu(state, actions)}
    ${iconButton(isMuted ? 'muted' : 'sound', isMuted ? 'Unmute' : 'Mute', toggleMuted, { id: 'mute' })}
    ${
      document.pictureInPictureEnabled
        ? iconButton(
            'pictureInPicture',
            'Picture in picture',
            () => player?.requestPictureInPicture().catch(() => undefined),
            { id: 'pip' },
          )
        : nothing
    }
    ${iconButton('fullScreen', 'Full screen', () => player?.requestFullscreen().catch(() => undefined), { id: 'fullscreen' })}
  </div>`;
}

const convertedPart = ({ video, audio }: NonNullable<PlaybackState['playback']>) =>
  video === 'encoded' ? 'Video' : audio === 'encoded' ? 'Audio' : 'Container';

function speedMenu(player: HTMLVideoElement | undefined): TemplateResult {
  const speed = player?.playbackRate ?? 1;
  const items = SPEEDS.map((rate) =>
    menuItem(
      `${rate}x`,
      () => {
        if (player === undefined) return;
        // A converted stream gets a new source with each seek, and with it the default speed.
        player.defaultPlaybackRate = rate;
        player.playbackRate = rate;
      },
      { isChosen: rate === speed },
    ),
  );
  return menu('speed', html`${speed}x`, items, { className: 'btn quiet num', name: `Speed ${speed}x` });
}

function subtitleMenu({ subtitles }: State, { watching }: ViewActions): TemplateResult | typeof nothing {
  const languages = subtitles?.languages ?? [];
  if (subtitles === undefined || languages.length === 0) return nothing;
  const name = (language: string) =>
    language === ''
      ? 'Subtitles'
      : (new Intl.DisplayNames(undefined, { type: 'language' }).of(language) ?? language);
  const items = [
    menuItem('Off', () => watching.chooseSubtitles(undefined), {
      isChosen: subtitles.language === undefined,
    }),
    ...languages.map((language) =>
      menuItem(name(language), () => watching.chooseSubtitles(language), {
        isChosen: subtitles.language === language,
      }),
    ),
  ];
  return menu('subtitles', icon('subtitles'), items, {
    className: `icon ${subtitles.language === undefined ? '' : 'on'}`,
    name: 'Subtitles',
  });
}
