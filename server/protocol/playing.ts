import { z } from 'zod';
import { time, uri } from './base.ts';
import type { Message } from './message.ts';

const playerName = z.string().min(1).max(100);

export const playingParams = z
  .object({
    player: playerName.describe('The player: a random string that its view keeps as long as it exists.'),
    from: playerName.describe(
      'The view that sends this: the same as `player` if the player reports what it does, another if a view asks it to.',
    ),
    uri,
    ms: time.describe('Where it plays.'),
    state: z.enum(['playing', 'paused', 'closed']),
    title: z.string().max(1000).optional().describe('What a bar in another view shows.'),
  })
  .describe(
    'A player sends this when it starts, pauses, seeks or closes, and at most once a second in between. Another view sends ' +
      'it to make that player pause, go on, seek or close.',
  );
export type PlayingParams = Message<typeof playingParams>;

export const didChangePlaying = playingParams.describe(
  'Sent to all clients, the sender included (an editor shares one session among its views), and to a new client while ' +
    'something plays. A view ignores what it sent itself (`from`). It does what is asked of its own `player`. When another ' +
    'player is `playing`, it pauses. If the client of a player ends, the daemon sends `closed` for it.',
);
export type DidChangePlaying = Message<typeof didChangePlaying>;
