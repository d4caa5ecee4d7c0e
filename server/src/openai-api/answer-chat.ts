import type { AskResult } from '../../protocol/ask.ts';
import type { Client } from '../daemon/connect.ts';
import { OpenAiApiError } from './api-error.ts';
import type { ChatQuestion } from './chat-request.ts';
import { findAllowedVideo, listAllowedFolders } from './find-video.ts';

/** Videos that pictures lead to. */
const MAX_PICTURE_VIDEOS = 3;
const PICTURE_HITS = 10;

export interface AnswerChatOptions {
  readonly client: Client;
  /** Folders besides the watched ones in which requests may name files. */
  readonly folders: readonly string[];
  /** Clips to answer from; undefined: the daemon's setting. */
  readonly k: number | undefined;
  readonly onDelta: (delta: string) => void;
  readonly signal: AbortSignal;
}

/** Indexes the videos of a question unless they are, and returns their URIs. */
async function indexNamedVideos(
  question: ChatQuestion,
  options: AnswerChatOptions,
): Promise<readonly string[]> {
  const { client, folders, signal } = options;
  const allowed = await listAllowedFolders(client, folders, signal);
  const uris = await Promise.all(question.videos.map((video) => findAllowedVideo(video, allowed)));
  if (uris.length === 0) return [];
  const { failed } = await client.request('goldfish/index', { uris: [...uris] }, { signal });
  const [failure] = failed;
  if (failure !== undefined)
    throw new OpenAiApiError(422, 'video_not_indexed', `${failure.path}: ${failure.reason}`);
  return uris;
}

/** Finds the videos that look like the pictures of a question. */
async function findPicturedVideos(
  question: ChatQuestion,
  uris: readonly string[],
  { client, signal }: AnswerChatOptions,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const data of question.images) {
    const scope = uris.length > 0 ? { uris: [...uris] } : undefined;
    const params = { query: '', image: { data }, k: PICTURE_HITS, scope };
    const { hits } = await client.request('goldfish/search', params, { signal });
    found.push(...hits.map(({ uri }) => uri));
  }
  const videos = [...new Set(found)].slice(0, MAX_PICTURE_VIDEOS);
  if (videos.length === 0)
    throw new OpenAiApiError(422, 'picture_not_found', 'No indexed video looks like these pictures.');
  return videos;
}

/**
 * Answers a chat question through the daemon: from the videos that it names, from those that its pictures look like, or
 * from the whole library.
 */
export async function answerChat(question: ChatQuestion, options: AnswerChatOptions): Promise<AskResult> {
  const { client, k, onDelta, signal } = options;
  const named = await indexNamedVideos(question, options);
  const uris = question.images.length > 0 ? await findPicturedVideos(question, named, options) : named;
  const conversation = question.conversation.length > 0 ? question.conversation.slice(-20) : undefined;
  return client.request(
    'goldfish/ask',
    {
      question: question.question,
      k,
      scope: uris.length > 0 ? { uris: [...uris] } : undefined,
      conversation,
    },
    { signal, onPartial: (value) => onDelta((value as { delta?: string }).delta ?? '') },
  );
}
