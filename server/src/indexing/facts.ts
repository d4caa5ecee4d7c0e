import { clipIdOf } from '../core/clipId.ts';
import { descriptionId } from '../core/describe.ts';
import type { Description } from '../core/description.ts';
import { factsCaption } from '../core/factsCaption.ts';
import type { Measured } from '../core/measured.ts';
import type { Ms, Uri } from '../core/range.ts';
import type { Probe } from '../core/video.ts';
import type { Media } from '../ports/media.ts';

/** How shots, clips, colours, sound and text times are measured; another number measures all videos anew. */
const VERSION = 'facts 1';
const DESCRIBER = 'measured';

export interface MeasuredVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: Probe;
}

/** What shapes the Facts of a video and its Clips, for the Recipe. */
export function factsRecipe(clipMs: Ms): string {
  return `${VERSION} ${clipMs}`;
}

/**
 * Measures a video in one pass: its Clips with edges at cuts, one Description a Clip, and when to read it for
 * screen text. Rejects with FailureError for bad media.
 */
export async function measureFacts(
  video: MeasuredVideo,
  media: Pick<Media, 'measure'>,
  options: { readonly clipMs: Ms; readonly recipe: string },
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Measured & { readonly descriptions: readonly Description[] }> {
  const { videoId, uri, probe } = video;
  const onTime = (timeMs: Ms): void => onShare(Math.min(1, timeMs / Math.max(1, probe.durationMs)));
  const { clips, textTimes } = await media.measure(uri, { clipMs: options.clipMs }, onTime, signal);
  const of = { videoId, uri: '', stage: 'facts', describer: DESCRIBER, recipe: options.recipe } as const;
  const descriptions = clips.map(({ startMs, endMs, facts }): Description => {
    const clip = { startMs, endMs };
    const line = { ...clip, kind: 'facts', text: factsCaption(facts, clip), source: DESCRIBER } as const;
    return {
      ...of,
      ...clip,
      id: descriptionId(of, clip),
      clipId: clipIdOf(videoId, clip),
      lines: [line],
      facts,
    };
  });
  return { clips, textTimes, descriptions };
}
