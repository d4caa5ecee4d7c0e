// A node:test reporter for test/run.mjs: one JSON document a line as things happen, so that the count is known even if
// the runner has to be ended. `begin` and `end` of a file, `over` when its tests are, and each test (suites are none)
// as `pass`, `skip` or `fail`.
export default async function* count(source) {
  const line = (event) => `${JSON.stringify(event)}\n`;
  for await (const { type, data } of source) {
    const { file, name } = data ?? {};
    // A file is a test of the runner's, named by its path.
    const isFile = file !== undefined && file === name;
    if (type === 'test:dequeue' && isFile) yield line({ event: 'begin', file });
    else if (type === 'test:complete' && isFile) yield line({ event: 'end', file });
    else if (type === 'test:summary' && file !== undefined) yield line({ event: 'over', file });
    else if (data?.details?.type === 'suite') continue;
    else if (type === 'test:fail') yield line({ event: 'fail', file, name });
    else if (type === 'test:pass' && data.skip === undefined) yield line({ event: 'pass', file, name });
    else if (type === 'test:pass') {
      const because =
        typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'it does not fit this system';
      yield line({ event: 'skip', file, name, because });
    } else if (type === 'test:complete') yield line({ event: 'step', file });
  }
}
