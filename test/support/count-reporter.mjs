// A node:test reporter that only counts tests (not suites), and names those that were skipped, for test/run.mjs.
export default async function* count(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    if (data?.details?.type === 'suite' || (type !== 'test:pass' && type !== 'test:fail')) continue;
    if (type === 'test:fail') failed += 1;
    else if (data.skip === undefined) passed += 1;
    else {
      const because =
        typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'it does not fit this system';
      yield `SKIPPED ${JSON.stringify({ file: data.file, name: data.name, because })}\n`;
    }
  }
  yield `COUNT ${passed} ${failed}\n`;
}
