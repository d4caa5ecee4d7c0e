import assert from 'node:assert/strict';
import test from 'node:test';
import { createCitationStripper, withoutCitationMarks } from '../../server/src/openai-api/answer-text.ts';
import { parseChatRequest } from '../../server/src/openai-api/chat-request.ts';

const user = (content: unknown) => ({ role: 'user', content });

test('given a request in the form of vLLM, when it is parsed, then video, question and earlier turns are found', () => {
  const parsed = parseChatRequest({
    model: 'goldfish',
    temperature: 0,
    messages: [
      { role: 'system', content: 'Be brief.' },
      user([
        { type: 'video_url', video_url: { url: 'file:///v/a.mp4' } },
        { type: 'text', text: 'What is it?' },
      ]),
      { role: 'assistant', content: 'A cat.' },
      user('And what does it do?'),
    ],
  });
  assert.deepEqual(parsed, {
    question: 'And what does it do?',
    conversation: [{ question: 'What is it?', answer: 'A cat.' }],
    videos: ['file:///v/a.mp4'],
    images: [],
    isStream: false,
  });
});

test('given pictures as data URLs, when parsed, then their data is kept, and pictures on the web are refused', () => {
  const ask = (url: string) =>
    parseChatRequest({
      model: 'goldfish',
      stream: true,
      messages: [
        user([
          { type: 'image_url', image_url: { url } },
          { type: 'text', text: 'Where is this?' },
        ]),
      ],
    });
  assert.deepEqual(ask('data:image/png;base64,AAAA').images, ['AAAA']);
  assert.equal(ask('data:image/png;base64,AAAA').isStream, true);
  assert.throws(() => ask('https://example.org/a.png'), /data URLs/);
});

test('given requests that cannot be answered, when parsed, then the error has a status and says why', () => {
  const failures: readonly (readonly [unknown, number, RegExp])[] = [
    [null, 400, /object/],
    [{ model: 'goldfish', messages: [] }, 400, /messages/],
    [{ model: 'gpt-5', messages: [user('x')] }, 404, /no model gpt-5/],
    [{ model: 'goldfish', messages: [user([])] }, 400, /no text/],
    [{ model: 'goldfish', messages: [{ role: 'assistant', content: 'x' }] }, 400, /no text/],
    [{ model: 'goldfish', messages: [user([{ type: 'video', video: 1 }])] }, 400, /messages/],
  ];
  for (const [body, status, message] of failures)
    assert.throws(
      () => parseChatRequest(body),
      (error: { status?: number; message: string }) => error.status === status && message.test(error.message),
      JSON.stringify(body),
    );
});

test('given text in any pieces, when citation marks are removed, then the result is that of the whole text', () => {
  const text = 'It is red [1]. Then it moves [2] [13]! An array [a] stays, x[0] goes. Ends with [4]';
  const whole = withoutCitationMarks(text);
  assert.equal(whole, 'It is red. Then it moves! An array [a] stays, x goes. Ends with');
  for (let size = 1; size < 12; size += 1) {
    const stripper = createCitationStripper();
    let out = '';
    for (let at = 0; at < text.length; at += size) out += stripper.push(text.slice(at, at + size));
    assert.equal(out + stripper.end(), whole, `pieces of ${size}`);
  }
});
