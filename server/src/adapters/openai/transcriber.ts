import { type HeardSegment, languageNamed } from '../../core/transcript.ts';
import { UnavailableError } from '../../core/unavailable.ts';
import { SAMPLE_RATE } from '../../core/voiceGate.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { HearReply, HearRequest, Transcriber } from '../../ports/transcriber.ts';
import {
  type Body,
  type Endpoint,
  healthOf,
  member,
  PassingError,
  parsed,
  post,
  RefusedError,
} from './endpoint.ts';
import { wavOf } from './wav.ts';

/** Characters of a reply after which a host is not believed. */
const LONGEST_REPLY = 1_000_000;
/** 30 s hold no more. */
const MOST_SEGMENTS = 300;

type Format = 'verbose_json' | 'json';

function numberOf(value: unknown, key: string): number | undefined {
  const found = member(value, key);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

function segmentOf(given: unknown): HeardSegment | undefined {
  const text = member(given, 'text');
  if (typeof text !== 'string') return undefined;
  const [start, end] = [numberOf(given, 'start'), numberOf(given, 'end')];
  return {
    text,
    ...(start === undefined || end === undefined ? {} : { startMs: start * 1000, endMs: end * 1000 }),
    logProbability: numberOf(given, 'avg_logprob'),
    noSpeech: numberOf(given, 'no_speech_prob'),
  };
}

/** `{text}` of every host; times and certainty where it tells segments. */
function replyOf(body: unknown): HearReply {
  const [text, segments, language] = ['text', 'segments', 'language'].map((key) => member(body, key));
  if (typeof text !== 'string') throw new PassingError('it sent something that is no transcription');
  const told = Array.isArray(segments)
    ? segments.slice(0, MOST_SEGMENTS).flatMap((each) => segmentOf(each) ?? [])
    : [];
  return {
    segments: told.length > 0 || text.trim() === '' ? told : [{ text }],
    language: typeof language === 'string' ? languageNamed(language) : undefined,
  };
}

async function formOf({ samples, language }: HearRequest, model: string, format: Format): Promise<Body> {
  const form = new FormData();
  form.set('file', new Blob([wavOf(samples, SAMPLE_RATE)], { type: 'audio/wav' }), 'speech.wav');
  form.set('model', model);
  form.set('response_format', format);
  form.set('temperature', '0');
  if (format === 'verbose_json') form.set('timestamp_granularities[]', 'segment');
  if (language) form.set('language', language);
  const encoded = new Response(form);
  return { type: encoded.headers.get('content-type') ?? '', data: await encoded.arrayBuffer() };
}

function refused(why: string): HearReply {
  return {
    failure: {
      kind: 'unreadable',
      reason: `The model cannot take this sound: ${why}.`,
      remedy:
        'Choose another model with `goldfish models use transcriber`, then `goldfish reindex` the file.',
    },
  };
}

/** A speech recogniser behind an OpenAI-compatible host. The sound of videos leaves for that host. */
export function openaiTranscriber(endpoint: Endpoint): Transcriber {
  const closing = new AbortController();
  let loaded: ModelHealth | undefined;
  /** What the host takes; models without segment times refuse `verbose_json`. */
  let format: Format = 'verbose_json';
  const open = (signal: AbortSignal): AbortSignal => {
    if (closing.signal.aborted) throw closing.signal.reason;
    return AbortSignal.any([signal, closing.signal]);
  };
  const read = async (response: Response): Promise<HearReply> => {
    const text = await response.text();
    if (text.length > LONGEST_REPLY) throw new RefusedError('the host did not stop writing');
    return replyOf(parsed(text));
  };
  const ask = async (request: HearRequest, asked: Format, signal: AbortSignal) =>
    post(endpoint, '/audio/transcriptions', await formOf(request, endpoint.model, asked), read, signal);
  return {
    name: endpoint.model,
    revision: '',
    get loaded() {
      return loaded;
    },
    async transcribe(request, given) {
      const signal = open(given);
      signal.throwIfAborted();
      const asked = format;
      try {
        return await ask(request, asked, signal);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        if (asked === 'json') return refused(error.message);
      }
      try {
        const reply = await ask(request, 'json', signal);
        format = 'json';
        return reply;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return refused(error.message);
      }
    },
    async health(signal) {
      loaded = await healthOf(endpoint, open(signal));
      return loaded;
    },
    async close() {
      closing.abort(new UnavailableError('The transcriber is closed.', 'Ask again once the daemon runs.'));
    },
  };
}
