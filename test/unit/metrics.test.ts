import assert from 'node:assert/strict';
import test from 'node:test';
import type { Status } from '../../server/protocol/status.ts';
import { formatMetrics } from '../../server/src/core/text/format-metrics.ts';

const failure = (stage: string, kind: string) => ({
  ...{ uri: 'file:///a', path: '/a', stage, kind, reason: 'r', remedy: 'm' },
});
const status: Status = {
  videos: 7,
  clips: 90,
  work: {
    waiting: 4,
    running: [],
    done: 3,
    failed: [failure('facts', 'truncated'), failure('facts', 'truncated'), failure('caption', 'timedOut')],
    offline: 1,
  },
  indexBytes: 1234,
  versions: { protocol: 1, build: 'b', schema: 1, node: '24' },
  roles: [],
  advice: [],
  dataDir: '/d',
  pid: 1,
};
const worker = {
  id: 'w1',
  host: 'a "b"\\c',
  version: 'b',
  state: 'working',
  roles: [],
  running: [{ stage: 'caption', uri: 'file:///a', share: 0.5 }],
  done: 5,
  refused: 1,
  mediaPace: 2.5,
  load: 0.25,
  errors: [],
} as const;

test('given failed work and a worker, when metrics are printed, then each line is a comment or a sample, and failures count by stage and reason', () => {
  const text = formatMetrics(status, { queue: 'redis://q/0', workers: [worker] });
  for (const line of text.trimEnd().split('\n'))
    assert.match(
      line,
      /^(?:# (?:HELP|TYPE) goldfish_\w+ .+|goldfish_\w+(?:\{\w+="(?:[^"\\]|\\.)*"(?:,\w+="(?:[^"\\]|\\.)*")*\})? [\d.]+)$/,
    );
  assert.match(text, /^goldfish_work_failed\{stage="facts",reason="truncated"\} 2$/m);
  assert.match(text, /^goldfish_queue_up 1$/m);
  assert.match(text, /^goldfish_worker_running\{worker="w1",host="a \\"b\\"\\\\c"\} 1$/m);
});

test('given no queue, when metrics are printed, then none is about workers', () => {
  const text = formatMetrics(status, { queue: '', workers: [] });
  assert.doesNotMatch(text, /queue|worker_/);
  assert.match(text, /^goldfish_videos 7$/m);
});
