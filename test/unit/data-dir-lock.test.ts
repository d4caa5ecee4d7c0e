import assert from 'node:assert/strict';
import test from 'node:test';
import { describeWriteError } from '../../server/src/base/describe-write-error.ts';
import { toLockError } from '../../server/src/daemon/data-dir-lock.ts';

const sqliteError = (errcode: number) => Object.assign(new Error('disk I/O error'), { errcode });

test('given an error of SQLite on the lock file, when it is described, then it says what is wrong and what to do', () => {
  for (const [codes, message, remedy] of [
    [[2058, 2314, 3594, 3850, 22], /file system of \/data has no file locks/, /local disk.*--data-dir/],
    [[13], /disk that holds \/data is full/, /Free up space/],
    [[8, 14, 3, 264, 520, 1032], /Cannot write to the data folder \/data.*read-only/, /Make it writable/],
    [[10, 266, 778], /daemon\.lock: disk I\/O error \(SQLite code \d+\)/, /Check the disk/],
  ] as const)
    for (const code of codes) {
      const error = toLockError('/data/daemon.lock', sqliteError(code));
      assert.match(error.message, message, String(code));
      assert.match(error.remedy, remedy, String(code));
    }
});

test('given an error of writing a file, when it is described, then it names the folder and what to do; other errors are not described', () => {
  const systemError = (code: string, path?: string) =>
    Object.assign(new Error(code), { code, syscall: 'open', ...(path === undefined ? {} : { path }) });
  for (const [code, message] of [
    ['ENOSPC', /The disk that holds \/data is full/],
    ['EDQUOT', /quota for \/data/],
    ['EROFS', /\/data is on a read-only file system/],
    ['EACCES', /\/data cannot be written: permission denied/],
    ['EPERM', /\/data cannot be written: permission denied/],
  ] as const) {
    const failure = describeWriteError(systemError(code, '/data/settings.json.123'));
    assert.match(failure?.message ?? '', message);
    assert.notEqual(failure?.remedy, '');
    assert.match(describeWriteError(systemError(code))?.message ?? '', /data folder/);
  }
  for (const error of [systemError('ENOENT'), new Error('ENOSPC'), 'ENOSPC', undefined])
    assert.equal(describeWriteError(error), undefined);
});
