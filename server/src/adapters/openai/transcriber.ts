import { toHotWordPrompt } from '../../core/corrections/hot-words.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { SPEECH_SAMPLE_RATE_HZ } from '../../core/media/voice-activity.ts';
import { parseLanguageName, type TranscriptSegment } from '../../core/subtitles/clean-transcript.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { Transcriber, TranscriberReply, TranscriberRequest } from '../../ports/transcriber.ts';
import { encodeWav } from './encode-wav.ts';
import {
  checkHealth,
  type OpenAiEndpoint,
  parseReply,
  postToHost,
  type RequestBody,
  RequestRefusedError,
  readMember,
  TransientHostError,
} from './endpoint.ts';

/** Maximum length of a reply, characters. A longer one counts as faulty. */
const MAX_REPLY_CHARS = 1_000_000;
/** Maximum number of segments; 30 s of speech contain no more. */
const MAX_SEGMENTS = 300;

type ResponseFormat = 'verbose_json' | 'json';

function readNumber(value: unknown, key: string): number | undefined {
  const numberValue = readMember(value, key);
  return typeof numberValue === 'number' && Number.isFinite(numberValue) ? numberValue : undefined;
}

function parseSegment(segment: unknown): TranscriptSegment | undefined {
  const text = readMember(segment, 'text');
  if (typeof text !== 'string') return undefined;
  const [start, end] = [readNumber(segment, 'start'), readNumber(segment, 'end')];
  return {
    text,
    ...(start === undefined || end === undefined ? {} : { startMs: start * 1000, endMs: end * 1000 }),
    logProbability: readNumber(segment, 'avg_logprob'),
    noSpeech: readNumber(segment, 'no_speech_prob'),
  };
}

/**
 * Parses `{text}`, which every server sends. Times and probabilities are present if the server sends
 * segments.
 */
function parseTranscription(body: unknown): TranscriberReply {
  const [text, segments, language] = ['text', 'segments', 'language'].map((key) => readMember(body, key));
  if (typeof text !== 'string') throw new TransientHostError('it did not send a transcription');
  const parsedSegments = Array.isArray(segments)
    ? segments.slice(0, MAX_SEGMENTS).flatMap((segment) => parseSegment(segment) ?? [])
    : [];
  return {
    segments: parsedSegments.length > 0 || text.trim() === '' ? parsedSegments : [{ text }],
    language: typeof language === 'string' ? parseLanguageName(language) : undefined,
  };
}

async function toFormBody(
  { samples, language, hotWords = [] }: TranscriberRequest,
  model: string,
  format: ResponseFormat,
): Promise<RequestBody> {
  const form = new FormData();
  form.set(
    'file',
    new Blob([encodeWav(samples, SPEECH_SAMPLE_RATE_HZ)], { type: 'audio/wav' }),
    'speech.wav',
  );
  form.set('model', model);
  form.set('response_format', format);
  form.set('temperature', '0');
  if (format === 'verbose_json') form.set('timestamp_granularities[]', 'segment');
  if (language) form.set('language', language);
  const prompt = toHotWordPrompt(hotWords);
  if (prompt !== '') form.set('prompt', prompt);
  const encodedForm = new Response(form);
  return { type: encodedForm.headers.get('content-type') ?? '', data: await encodedForm.arrayBuffer() };
}

function toRefusedReply(reason: string): TranscriberReply {
  return {
    failure: {
      kind: 'unreadable',
      reason: `The model cannot process this sound: ${reason}.`,
      remedy:
        'Choose another model with `goldfish models use transcriber`, then run `goldfish reindex` on the file.',
    },
  };
}

/** Creates a transcriber on an OpenAI-compatible server. The sound of videos is sent there. */
export function createOpenAiTranscriber(endpoint: OpenAiEndpoint): Transcriber {
  const closeController = new AbortController();
  let loadedHealth: ModelHealth | undefined;
  /** Format that the server accepts. Models without segment times refuse `verbose_json`. */
  let format: ResponseFormat = 'verbose_json';
  const withCloseSignal = (signal: AbortSignal): AbortSignal => {
    if (closeController.signal.aborted) throw closeController.signal.reason;
    return AbortSignal.any([signal, closeController.signal]);
  };
  const readReply = async (response: Response): Promise<TranscriberReply> => {
    const text = await response.text();
    if (text.length > MAX_REPLY_CHARS) throw new RequestRefusedError('the reply of the server was too long');
    return parseTranscription(parseReply(text));
  };
  const requestTranscription = async (
    request: TranscriberRequest,
    wantedFormat: ResponseFormat,
    signal: AbortSignal,
  ) =>
    postToHost(
      endpoint,
      '/audio/transcriptions',
      await toFormBody(request, endpoint.model, wantedFormat),
      readReply,
      signal,
    );
  return {
    name: endpoint.model,
    revision: '',
    get loaded() {
      return loadedHealth;
    },
    async transcribe(request, callerSignal) {
      const signal = withCloseSignal(callerSignal);
      signal.throwIfAborted();
      const wantedFormat = format;
      try {
        return await requestTranscription(request, wantedFormat, signal);
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        if (wantedFormat === 'json') return toRefusedReply(error.message);
      }
      try {
        const reply = await requestTranscription(request, 'json', signal);
        format = 'json';
        return reply;
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        return toRefusedReply(error.message);
      }
    },
    async health(signal) {
      loadedHealth = await checkHealth(endpoint, withCloseSignal(signal));
      return loadedHealth;
    },
    async close() {
      closeController.abort(
        new ModelUnavailableError(
          'The transcriber has been closed.',
          'Try again when the daemon is running.',
        ),
      );
    },
  };
}
