// A node:test reporter that only counts tests (not suites), for test/run.mjs.
export default async function* count(source) {
  let passed = 0;
  let failed = 0;
  for await (const event of source) {
    const suite = event.data?.details?.type === 'suite';
    if (suite || (event.type !== 'test:pass' && event.type !== 'test:fail')) continue;
    if (event.type === 'test:fail') failed += 1;
    else if (event.data.skip === undefined) passed += 1;
  }
  yield `COUNT ${passed} ${failed}\n`;
}
