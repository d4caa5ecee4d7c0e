/** Defaults and limits of the agents' tools. They are apart from the schemas for clients that do not load zod. */

export const DEFAULT_HITS = 10;
export const MAX_HITS = 50;
export const DEFAULT_FRAMES = 4;
export const MAX_FRAMES = 16;
export const DEFAULT_FRAME_WIDTH_PX = 640;
export const DEFAULT_VIDEOS = 100;
export const MAX_VIDEOS = 500;
