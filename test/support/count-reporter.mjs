// A node:test reporter for test/run.mjs. It writes one line of JSON per event as it happens, so that the count is known
// even if the runner is killed: `begin` and `end` of a file, `pass`, `skip` or `fail` of a test (not of a suite), and
// `step` for other signs of progress.
export default async function* count(source) {
  const line = (event) => `${JSON.stringify(event)}\n`;
  for await (const { type, data } of source) {
    const { file, name } = data ?? {};
    // The runner reports a file as a test whose name is its path.
    const isFile = file !== undefined && file === name;
    if (type === 'test:dequeue' && isFile) yield line({ event: 'begin', file });
    else if (type === 'test:complete' && isFile) yield line({ event: 'end', file });
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
