// What a role's work costs if nothing but ONNX Runtime runs its graphs: records the runs of our code, repeats them bare.
// Forked by real.bench.mjs with ROLE FOLDER THREADS; repeats them at each message and sends {cpuS, runs}.
import { REAL_ROLES } from './real-roles.mjs';
import { openRecorded, recordRuns } from './record-runs.mjs';

const [role, folder, threads] = process.argv.slice(2);
const { load, run } = REAL_ROLES[role];
const place = { folder, devices: ['cpu'], avoid: {}, threads: Number(threads) };
const recorded = await recordRuns(() => load(place), run);
const repeat = await openRecorded(recorded, Number(threads));
// The first is a warm-up.
await repeat();
process.on('message', async () => {
  const before = process.cpuUsage();
  await repeat();
  const { user, system } = process.cpuUsage(before);
  process.send({ cpuS: (user + system) / 1e6, runs: recorded.runs.length });
});
process.send('ready');
