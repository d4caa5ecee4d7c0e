import { z } from 'zod';
import { evidenceKind, queryText, timeRange, uri } from './base.ts';
import type { Message } from './message.ts';

export const alertMatch = timeRange
  .extend({
    uri,
    path: z.string(),
    link: z.string(),
    kind: evidenceKind,
    text: z.string(),
    speaker: z.string().optional(),
    matched: z.string().describe('ISO 8601: when it matched.'),
  })
  .describe('A sentence that matched an alert.');
export type AlertMatchItem = Message<typeof alertMatch>;

export const alertItem = z
  .object({
    id: z.string(),
    query: z.string(),
    created: z.string().describe('ISO 8601.'),
    desktop: z.boolean(),
    webhook: z.string().optional(),
    count: z.int().describe('The number of matches so far.'),
    matches: z.array(alertMatch).describe('The last 20 matches of indexed videos, newest first.'),
  })
  .describe('A saved search that notifies when newly indexed text matches it.');
export type AlertItem = Message<typeof alertItem>;

export const alertsResult = z.object({ alerts: z.array(alertItem).describe('Oldest first.') });
export type AlertsResult = Message<typeof alertsResult>;

export const alertsAddParams = z.object({
  query: queryText
    .min(1)
    .describe('Words and operators. A sentence matches that holds all words in any form.'),
  desktop: z
    .boolean()
    .optional()
    .describe('Show a desktop notification where `notify-send` is installed; true if absent.'),
  webhook: z
    .string()
    .max(2048)
    .optional()
    .describe('An address on the loopback interface, which gets each event as JSON in a POST request.'),
});
export type AlertsAddParams = Message<typeof alertsAddParams>;

export const alertsRemoveParams = z.object({ id: z.string().max(100) });
export type AlertsRemoveParams = Message<typeof alertsRemoveParams>;

export const alertEvent = z
  .object({
    alert: alertItem.pick({ id: true, query: true }),
    uri,
    path: z.string(),
    count: z.int().describe('The number of new matches in this video.'),
    matches: z.array(alertMatch).describe('The first 20 of them, in time order.'),
  })
  .describe('New matches of an alert in one video.');
export type AlertEvent = Message<typeof alertEvent>;
