import type { ClipFacts } from '../../../protocol/videos.ts';

/** What is measured of a Clip, never guessed. */
export type Facts = ClipFacts;
