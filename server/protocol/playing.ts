import { z } from 'zod';
import { time, uri } from './base.ts';
import type { Message } from './message.ts';

export const playingParams = z
  .object({
    player: z
      .string()
      .min(1)
      .max(100)
      .describe('Names one player among all clients: a random string that its view keeps.'),
    uri,
    ms: time.describe('Where it plays.'),
    state: z.enum(['playing', 'paused', 'closed']),
    title: z.string().max(1000).optional().describe('What a bar in another view shows.'),
  })
  .describe(
    'What a player does now. Send it when it starts, pauses, seeks or closes, and at most once a second in between. If ' +
      '`player` belongs to another client, that client is asked to do so: to pause, to go on, to seek or to close.',
  );
export type PlayingParams = Message<typeof playingParams>;

export const didChangePlaying = playingParams.describe(
  'Sent to every other client, and to a new one while something plays. A player that is not `player` pauses when ' +
    '`state` is `playing`. When the client of a player ends, the others get `closed`.',
);
export type DidChangePlaying = Message<typeof didChangePlaying>;
