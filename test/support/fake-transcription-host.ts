import { type OpenAiServer, type OpenAiServerOptions, openaiServer } from './openai-server.ts';
import { heardIn } from './tone-speech.ts';

export const WHISTLE = 'whistle-1';

/** A stand-in OpenAI-compatible host that understands the whistled language. */
export function whistleHost(more: Partial<OpenAiServerOptions> = {}): Promise<OpenAiServer> {
  return openaiServer({
    model: WHISTLE,
    hear: ({ samples }) => ({
      language: 'english',
      segments: heardIn(samples).map(({ text, startMs, endMs }) => ({
        start: startMs / 1000,
        end: endMs / 1000,
        text: ` ${text}.`,
        avg_logprob: -0.2,
        no_speech_prob: 0.01,
      })),
    }),
    ...more,
  });
}
