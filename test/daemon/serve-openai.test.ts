import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { OpenAI } from 'openai-client';
import { createMarketWorld, MARKET_QUESTION as QUESTION, startOpenAiApi } from '../support/openai-api.ts';
import { uriOf } from '../support/watched.ts';

const messagesAbout = (url: string, question: string) => [
  {
    role: 'user' as const,
    // vLLM's part, which OpenAI's types do not know.
    content: [
      { type: 'video_url', video_url: { url } },
      { type: 'text', text: question },
    ] as never,
  },
];

test("given a video that is not indexed, when OpenAI's JavaScript client asks, then it is indexed and answered", async () => {
  const { box, folder, outside, video } = await createMarketWorld();
  const client = new OpenAI({ baseURL: await startOpenAiApi(box, folder), apiKey: 'none', maxRetries: 0 });
  assert.deepEqual(
    (await client.models.list()).data.map(({ id }) => id),
    ['goldfish'],
  );
  const reply = await client.chat.completions.create({
    model: 'goldfish',
    messages: messagesAbout(uriOf(video), QUESTION),
  });
  const answer = reply.choices[0]?.message.content ?? '';
  assert.match(answer, /seven apples/);
  assert.doesNotMatch(answer, /\[\d+\]/);
  const stream = await client.chat.completions.create({
    model: 'goldfish',
    stream: true,
    messages: messagesAbout(video, QUESTION),
  });
  let streamed = '';
  for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? '';
  assert.equal(streamed, answer);

  const ask = (url: string) =>
    client.chat.completions.create({ model: 'goldfish', messages: messagesAbout(url, QUESTION) });
  // Outside, by a link that leads out, missing, and on the web: none is read.
  for (const url of [
    join(outside, 'secret.mp4'),
    join(folder, 'link.mp4'),
    join(folder, '../outside/secret.mp4'),
    join(folder, 'missing.mp4'),
  ])
    await assert.rejects(ask(url), { status: 403 }, url);
  await assert.rejects(ask('https://example.org/a.mp4'), { status: 400 });
  await assert.rejects(client.chat.completions.create({ model: 'gpt-5', messages: [] }), { status: 400 });
});

test('given a key, when requests come without it, then they are refused', async () => {
  const { box, folder } = await createMarketWorld();
  const url = await startOpenAiApi(box, folder, { GOLDFISH_SERVE_KEY: 'secret' });
  assert.equal((await fetch(`${url}/models`)).status, 401);
  const headers = { authorization: 'Bearer secret' };
  assert.equal((await fetch(`${url}/models`, { headers })).status, 200);
});

test('given no key, when a page on the web asks, then it is refused', async () => {
  const { box, folder } = await createMarketWorld();
  const url = await startOpenAiApi(box, folder);
  assert.equal((await fetch(`${url}/models`, { headers: { origin: 'https://example.org' } })).status, 403);
});
