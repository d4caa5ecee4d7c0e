import type { TrainingEstimateParams, TrainingEstimateResult } from '../../protocol/training.ts';
import type { Line } from '../core/domain/description.ts';
import type { CaptionBudget } from '../core/generation/caption-prompt.ts';
import { cleanCaption } from '../core/generation/clean-caption.ts';
import { parseModelSetting } from '../core/models/model-setting.ts';
import { RequestError } from '../library.ts';
import type { Captioner, CaptionRequest } from '../ports/captioner.ts';
import type { VideoDeps } from './describe-video.ts';
import { findCandidates } from './training-candidates.ts';
import { requireCaptioner } from './training-folder.ts';

/** A model on a host. */
export interface HostModel {
  readonly baseUrl: string;
  readonly model: string;
}

/** Parses `http://host/v1#model`. */
export function parseHostModel(setting: string): HostModel {
  const choice = parseModelSetting(setting);
  if (choice?.kind === 'endpoint') return { baseUrl: choice.baseUrl, model: choice.model };
  throw new RequestError(
    'invalid',
    `${setting} is not the address of a host.`,
    'Use an address such as http://host/v1#model.',
  );
}

/** Area of a frame that hosts count as one token, px. */
const PIXELS_PER_TOKEN = 750;
/** Tokens of instruction, speech and text on screen. */
const PROMPT_TOKENS = 400;
/** Frames are about this high for their width. */
const FRAME_RATIO = 9 / 16;

function estimateTokens({ frames, framePx, tokens }: CaptionBudget, clips: number) {
  const frameTokens = Math.ceil((framePx * framePx * FRAME_RATIO) / PIXELS_PER_TOKEN);
  return {
    clips,
    frames: clips * frames,
    tokensIn: clips * (frames * frameTokens + PROMPT_TOKENS),
    tokensOut: clips * tokens,
  };
}

/** Counts what a data set with captions from a host would send there. */
export async function estimateHostCaptions(
  { uris, hostClips }: TrainingEstimateParams,
  deps: VideoDeps & { readonly captioner: Captioner | undefined },
): Promise<TrainingEstimateResult> {
  const { budget } = requireCaptioner(deps.captioner);
  const choice = { from: ['host'], uris, hostClips, host: undefined, captionsPerCorrection: 0 } as const;
  const candidates = await findCandidates(choice, { ...deps, signal: new AbortController().signal });
  return estimateTokens(budget, candidates.length);
}

/** Returns the host's caption of each clip, cleaned like any caption; undefined if it refused, or wrote no caption. */
export async function captionOnHost(
  host: Captioner,
  requests: readonly CaptionRequest[],
  evidence: readonly (readonly Line[])[],
  language: string,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  if (requests.length === 0) return [];
  const replies = await host.caption(requests, signal);
  return replies.map((reply, i) => {
    if (!('text' in reply)) return undefined;
    const texts = (evidence[i] ?? []).map(({ text }) => text);
    return cleanCaption(reply.text, { evidence: texts, complete: reply.complete, language }) || undefined;
  });
}
