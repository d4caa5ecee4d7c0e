import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Address, formatAddress, parseAddress } from '../../client/page/address.ts';

const parse = (query: string) => parseAddress(new URLSearchParams(query));

test('given any view, question and moment, when the address is written and read, then it is the same', () => {
  const anyAddress: fc.Arbitrary<Address> = fc.record({
    view: fc.constantFrom('ask' as const, 'library' as const),
    question: fc.option(
      fc
        .string({ unit: 'binary', minLength: 1 })
        .map((text) => text.toWellFormed().trim())
        .filter(Boolean),
      { nil: undefined },
    ),
    threadId: fc.constant(undefined),
    video: fc.option(
      fc.record({
        uri: fc.webUrl().map((url) => url.replace(/^https?/, 'file')),
        startMs: fc.nat(1e9),
      }),
      { nil: undefined },
    ),
  });
  fc.assert(
    fc.property(anyAddress, (address) => {
      assert.deepEqual(parse(formatAddress(address)), {
        ...address,
        video: address.video && { ...address.video },
      });
    }),
  );
});

test('given a malformed address, when it is read, then what is wrong is left out', () => {
  const start = { view: 'ask', question: undefined, threadId: undefined, video: undefined };
  assert.deepEqual(parse(''), start);
  assert.deepEqual(parse('view=nowhere&q=%20%20&v='), start);
  for (const t of ['-1', 'soon', 'Infinity', 'NaN', '1e40'])
    assert.deepEqual(parse(`v=file:///a&t=${t}`).video, { uri: 'file:///a', startMs: 0 });
});
