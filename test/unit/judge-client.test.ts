import assert from 'node:assert/strict';
import test from 'node:test';
import { type ClientVerdict, judgeClient } from '../../server/src/rpc/judge-client.ts';

test("given a client's protocol and build, when it connects, then the daemon serves, yields or refuses", () => {
  const daemon = { protocol: 3, build: '1.2.3+1000.aaa' };
  const cases: readonly [number, string, ClientVerdict][] = [
    [3, '1.2.3+1000.aaa', 'serve'],
    [3, '1.2.3+1001.bbb', 'yield'],
    [3, '1.2.3+999.bbb', 'serveOld'],
    [3, '1.10.0+1.bbb', 'yield'],
    [3, '1.2.2+9999.bbb', 'serveOld'],
    [3, '2.0.0+1.bbb', 'yield'],
    [3, '1.2.3+bbb', 'serveOld'],
    [3, 'source', 'yield'],
    [2, '9.9.9+9999.bbb', 'refuse'],
    [4, '0.0.1+1.bbb', 'yield'],
  ];
  for (const [protocol, build, verdict] of cases)
    assert.equal(judgeClient(daemon, { protocol, build }), verdict, `${protocol} ${build}`);
  assert.equal(judgeClient(daemon, undefined), 'serve');
});

test('given two builds, then exactly one yields to the other', () => {
  const builds = ['1.2.3+1000.aaa', '1.2.3+1001.aaa', '1.3.0+5.aaa', '1.2.3+abc'];
  const yields = (a: string, b: string) =>
    judgeClient({ protocol: 1, build: a }, { protocol: 1, build: b }) === 'yield';
  for (const [at, a] of builds.entries())
    for (const b of builds.slice(at + 1)) assert.notEqual(yields(a, b), yields(b, a), `${a} ${b}`);
});
