import type { Line } from '../core/domain/description.ts';
import { overlapMs, type TimeRange, type Uri } from '../core/domain/time-range.ts';
import { captionInstruction, captionPrompt, frameTimes } from '../core/generation/caption-prompt.ts';
import type { Captioner, CaptionRequest } from '../ports/captioner.ts';
import type { Decoder, Picture } from '../ports/decoder.ts';
import type { Store } from '../ports/store.ts';

/** A clip and what a captioner is asked about it. */
export interface ClipRequest {
  readonly clip: TimeRange;
  readonly request: CaptionRequest;
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language' });

function languageName(language: string): string {
  return languageNames.of(language) ?? language;
}

/** Returns the speech and text on screen of a video that its prompts may contain, corrections applied. */
export async function loadPromptLines(
  correctedStore: Pick<Store, 'descriptions'>,
  videoId: string,
  uri: Uri,
): Promise<readonly Line[]> {
  const rows = await correctedStore.descriptions(videoId, uri, ['cues', 'transcribe', 'screenText']);
  // A tag is neither spoken nor shown in the video.
  return rows.flatMap(({ lines }) => lines.filter(({ kind }) => kind !== 'tag'));
}

/**
 * Decodes the frames of clips and builds their prompts. Captioning and the export of training rows both use
 * it, so that a captioner is trained on exactly what it is asked later. `language` is a BCP 47 tag.
 */
export async function prepareCaptionRequests(
  clips: readonly TimeRange[],
  { uri, lines }: { readonly uri: Uri; readonly lines: readonly Line[] },
  {
    decoder,
    captioner,
  }: { readonly decoder: Pick<Decoder, 'frames'>; readonly captioner: Pick<Captioner, 'budget'> },
  language: string,
  signal: AbortSignal,
): Promise<readonly ClipRequest[]> {
  const { frames, framePx, words } = captioner.budget;
  const times = clips.map((clip) => frameTimes(clip, frames));
  const box = { width: framePx, height: framePx };
  const pictures: Picture[] = [];
  for await (const picture of decoder.frames(uri, times.flat(), box, signal)) pictures.push(picture);
  let pictureIndex = 0;
  return clips.map((clip, i) => {
    const clipTimesMs = times[i] ?? [];
    const clipPictures = pictures.slice(pictureIndex, pictureIndex + clipTimesMs.length);
    pictureIndex += clipTimesMs.length;
    const clipLines = lines.filter((line) => overlapMs(line, clip) > 0);
    const instruction = captionInstruction(languageName(language), clipLines.length > 0);
    const usedTimesMs = clipTimesMs.slice(0, clipPictures.length);
    return {
      clip,
      request: {
        pictures: clipPictures,
        prompt: captionPrompt(clip, usedTimesMs, clipLines, instruction, { words }),
      },
    };
  });
}
