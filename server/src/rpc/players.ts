import type { PlayingParams } from '../../protocol/playing.ts';

/** Passes on what players do, so that only one plays at a time in the views of all clients. */
export interface Players {
  /** Sends a message to all clients. `client` sent it. */
  report(message: PlayingParams, client: AbortSignal): void;
  /**
   * Subscribes a client until its signal aborts. The listener is called with what plays now. When the client ends, its
   * players are reported as closed.
   */
  join(client: AbortSignal, listener: (message: PlayingParams) => void): void;
}

/** Limits how many players of one client are remembered. The oldest is forgotten first. */
const MAX_PLAYERS_PER_CLIENT = 32;

export function createPlayers(): Players {
  const listeners = new Map<AbortSignal, (message: PlayingParams) => void>();
  /** The last report of each open player, by client. */
  const openPlayers = new Map<AbortSignal, Map<string, PlayingParams>>();
  let lastStarted: string | undefined;

  const send = (message: PlayingParams) => {
    for (const listener of listeners.values()) listener(message);
  };

  const remember = (message: PlayingParams, client: AbortSignal) => {
    const players = openPlayers.get(client) ?? new Map<string, PlayingParams>();
    openPlayers.set(client, players);
    players.delete(message.player);
    if (message.state === 'closed') return;
    players.set(message.player, message);
    if (message.state === 'playing') lastStarted = message.player;
    const [oldest] = players.keys();
    if (players.size > MAX_PLAYERS_PER_CLIENT && oldest !== undefined) players.delete(oldest);
  };

  const findPlaying = (): PlayingParams | undefined => {
    for (const players of openPlayers.values()) {
      const report = lastStarted === undefined ? undefined : players.get(lastStarted);
      if (report?.state === 'playing') return report;
    }
    return undefined;
  };

  return {
    report(message, client) {
      if (message.from === message.player && !client.aborted) remember(message, client);
      send(message);
    },
    join(client, listener) {
      listeners.set(client, listener);
      // Later, because LSP wants the answer to initialize to be the first message.
      setImmediate(() => {
        const playing = findPlaying();
        if (playing !== undefined) listeners.get(client)?.(playing);
      });
      client.addEventListener(
        'abort',
        () => {
          listeners.delete(client);
          const players = [...(openPlayers.get(client)?.values() ?? [])];
          openPlayers.delete(client);
          for (const report of players) send({ ...report, state: 'closed' });
        },
        { once: true },
      );
    },
  };
}
