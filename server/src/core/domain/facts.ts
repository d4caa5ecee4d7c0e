import type { ClipFacts } from '../../../protocol/videos.ts';

/** Measurements of a clip; never guesses. */
export type Facts = ClipFacts;
