import assert from 'node:assert/strict';
import test from 'node:test';
import { sanitise, sanitiseLine, toTerminalJson } from '../../server/src/cli/sanitise-terminal.ts';

test('given control characters, when sanitised, then none is left', () => {
  const hostile = 'a\u001b[31mred\u0007 \u009b2J \u202egnp.exe\u0000\u007f';
  for (const shown of [sanitise(hostile), sanitiseLine(hostile)]) {
    assert.equal(shown, 'a\ufffd[31mred\ufffd \ufffd2J \ufffdgnp.exe\ufffd\ufffd');
  }
});

test('given line breaks, when sanitised, then they stay in texts and become spaces in names', () => {
  assert.equal(sanitise('one\r\ntwo\rthree\tfour'), 'one\ntwo\nthree\tfour');
  assert.equal(sanitiseLine('evil\n1. fake hit\r\nname.mp4'), 'evil 1. fake hit name.mp4');
});

test('given letters of any script, when sanitised, then they stay', () => {
  const text = '金魚 Goldfisch, рыбка 🐠 é';
  assert.equal(sanitise(text), text);
});

test('given control characters, when written as JSON, then they are escaped and read back', () => {
  const value = { name: 'a\u009b2J\u007f\u001b' };
  const text = toTerminalJson(value);
  assert.doesNotMatch(text, /[\u007f-\u009f\u001b]/);
  assert.deepEqual(JSON.parse(text), value);
  assert.equal(toTerminalJson(undefined), 'null');
});
