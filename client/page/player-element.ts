/** Holds the video element on the page. There is at most one. */
let currentPlayer: HTMLVideoElement | undefined;

export function setPlayer(player: HTMLVideoElement): void {
  currentPlayer = player;
}

/** Returns the player of the page, if one is shown. */
export function findPlayer(): HTMLVideoElement | undefined {
  return currentPlayer?.isConnected ? currentPlayer : undefined;
}

/** Plays or pauses. Calls `restart` if the stream was interrupted or has ended. */
export function togglePlay(restart: (how: 'here' | 'again') => void): void {
  const player = findPlayer();
  if (player === undefined) return;
  if (player.error !== null) restart('here');
  else if (player.ended) restart('again');
  else if (player.paused) player.play().catch(() => undefined);
  else player.pause();
}
