import assert from 'node:assert/strict';
import test from 'node:test';
import { type HdrTransfer, mapToSdr } from '../../server/src/adapters/libav/tone-map.ts';

const code = (share: number) => Math.round(share * 65_535);
const grey = (share: number, transfer: HdrTransfer) =>
  mapToSdr(Uint16Array.of(code(share), code(share), code(share)), transfer);

test('given grey code values, when mapped, then they stay grey and get brighter, from black to white', () => {
  for (const transfer of ['pq', 'hlg'] as const) {
    assert.deepEqual([...grey(0, transfer)], [0, 0, 0]);
    let last = -1;
    for (const share of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75]) {
      const [r = 0, g = 0, b = 0] = grey(share, transfer);
      assert.ok(Math.max(r, g, b) - Math.min(r, g, b) <= 2, `${transfer} ${share}: ${r} ${g} ${b}`);
      assert.ok(g > last, `${transfer} ${share}: ${g}`);
      last = g;
    }
    assert.ok((grey(1, transfer)[1] ?? 0) >= 254);
  }
});

test('given SDR white and half of it, when mapped, then the levels are those of sRGB', () => {
  // 203 nits are PQ 0.5807 and HLG 0.75 (ITU-R BT.2408).
  for (const [share, transfer] of [
    [0.5807, 'pq'],
    [0.75, 'hlg'],
  ] as const) {
    const [, level = 0] = grey(share, transfer);
    assert.ok(level > 236 && level < 252, `${transfer}: ${level}`);
  }
  // 101.5 nits: half the light is code 188.
  const [, half = 0] = grey(0.5094, 'pq');
  assert.ok(Math.abs(half - 188) <= 2, `${half}`);
});

test('given a saturated red, when mapped, then it stays red', () => {
  const [r = 0, g = 0, b = 0] = mapToSdr(Uint16Array.of(code(0.55), code(0.1), code(0.1)), 'pq');
  assert.ok(r > 230 && g < 20 && b < 20, `${r} ${g} ${b}`);
});
