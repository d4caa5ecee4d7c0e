// needs: unshare
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { endWithTests } from '../support/started.ts';

interface Seen {
  readonly copies: number;
  readonly passages: number;
  readonly distinct: number;
  readonly missing: readonly number[];
}

interface Report {
  readonly errors: readonly { readonly kind: string; readonly message: string; readonly remedy: string }[];
  readonly whileFull: { readonly acknowledged: readonly number[]; readonly seen: Seen };
  readonly refused: string;
  readonly openedFull: Seen;
  readonly wentOn: readonly boolean[];
  readonly afterFreeing: Seen;
  readonly openedAgain: Seen;
  readonly said: readonly string[];
  readonly acknowledged: readonly number[];
  readonly folder: string;
}

/** Runs the script in a mount namespace of its own, on a file system of 16 MB that ends with it. */
async function onSmallDisk(mount: string): Promise<Report> {
  const script = join(import.meta.dirname, '../support/store-full-disk.ts');
  const shell = 'mount -t tmpfs -o size=16m tmpfs "$1" && exec "$2" "$3" "$1"';
  const child = endWithTests(
    spawn('unshare', ['-rm', 'sh', '-c', shell, 'sh', mount, process.execPath, script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
  const reports: Report[] = [];
  child.on('message', (report: Report) => reports.push(report));
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  const [report] = reports;
  assert.ok(report);
  return report;
}

test('given a full disk, then errors say so and no acknowledged row is lost; when space is freed, then writing goes on', async () => {
  const mount = await mkdtemp(join(tmpdir(), 'goldfish-full-'));
  try {
    const report = await onSmallDisk(mount);
    assert.ok(report.errors.length >= 4);
    for (const { kind, message, remedy } of report.errors) {
      assert.equal(kind, 'noSpace');
      assert.ok(message.includes('disk is full') && message.includes(report.folder), message);
      assert.match(remedy, /Free up space/);
    }
    assert.ok(report.whileFull.acknowledged.length > 0, 'something was written before the disk was full');
    assert.equal(report.refused, 'noSpace');
    assert.deepEqual(report.wentOn, [true, true]);
    assert.deepEqual(report.said, []);
    assert.equal(report.acknowledged.length, report.whileFull.acknowledged.length + 2);
    for (const seen of [report.whileFull.seen, report.openedFull, report.afterFreeing, report.openedAgain]) {
      assert.deepEqual(seen.missing, []);
      assert.equal(seen.distinct, seen.passages);
    }
    assert.ok(report.openedAgain.copies >= report.acknowledged.length);
  } finally {
    await rm(mount, { recursive: true, force: true });
  }
});
