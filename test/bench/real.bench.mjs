// What our inference child takes over bare ONNX Runtime on the same graphs with the same inputs, in processor time of the
// same run: real weights from ../shared/models, random ones (models/random) for roles that have none there.
// REAL_ANSWERER names a folder with an answerer. FASTER_WHISPER names a Python that has faster-whisper, FASTER_WHISPER_MODEL
// a folder with whisper-base in CTranslate2's format. `node test/bench/real.bench.mjs [ROLE ...]` prints some rows alone.
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childCpuS } from './child-memory.ts';
import { hostOf, manifestModels, python, randomModels, THREADS } from './random-model.mjs';
import { REAL_ROLES, realWeights, sounds } from './real-roles.mjs';
import { rounded, row } from './timing.ts';

const never = new AbortController().signal;
const TARGETS = { transcriber: 1.25, textEmbedder: 1.2, answerer: 1.2, captioner: 1.2 };

/** Rounds of each side, in turns; the fastest counts, because other work on the machine only makes them slower. */
const ROUNDS = 3;

/** Opens the bare graphs in a process of their own. */
async function openBare(role, folder) {
  const child = fork(join(import.meta.dirname, 'bare-graphs.mjs'), [role, folder, `${THREADS}`]);
  const nextMessage = () =>
    new Promise((resolve, reject) => {
      const onExit = (code) => reject(new Error(`bare-graphs.mjs ended with ${code}`));
      if (child.exitCode !== null) onExit(child.exitCode);
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        resolve(message);
      });
    });
  await nextMessage();
  return {
    async measure() {
      const reply = nextMessage();
      child.send('again');
      return reply;
    },
    close: () => child.disconnect(),
  };
}

/** Opens the inference child and warms it up. */
async function openOwn(role, folder) {
  const { open, ask } = REAL_ROLES[role];
  const model = open(hostOf(folder));
  await model.health(never);
  await ask(model);
  return {
    async measure() {
      const before = childCpuS();
      await ask(model);
      return childCpuS() - before;
    },
    close: () => model.close(),
  };
}

async function roleRows(role, folder, kind) {
  const bare = await openBare(role, folder);
  const own = await openOwn(role, folder);
  const rounds = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push({ bare: await bare.measure(), ownS: await own.measure() });
  } finally {
    bare.close();
    await own.close();
  }
  const bareS = Math.min(...rounds.map((round) => round.bare.cpuS));
  const ownS = Math.min(...rounds.map((round) => round.ownS));
  const name = `${role}, ${kind}`;
  return {
    ownS,
    rows: [
      row(`${name}: processor time of ${rounds[0].bare.runs} bare runs of graphs`, rounded(bareS, 2), 's'),
      row(
        `${name}: the inference child, relative to that`,
        rounded(ownS / bareS, 2),
        '',
        `<= ${TARGETS[role]}`,
      ),
    ],
  };
}

/** Our processor time relative to faster-whisper's on the same sounds. No rows if it is not installed. */
function fasterWhisperRows(ownS) {
  const { FASTER_WHISPER: program = 'python3', FASTER_WHISPER_MODEL: model } = process.env;
  if (!model) return [];
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-sounds-'));
  try {
    const paths = sounds().map((samples, i) => {
      const path = join(folder, `${i}.f32`);
      writeFileSync(path, Buffer.from(samples.buffer));
      return path;
    });
    const script = join(import.meta.dirname, 'faster-whisper.py');
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    const output = execFileSync(program, [script, model, ...paths], { encoding: 'utf8', env });
    const theirs = Number(output.split('\n')[0]);
    return [
      row('transcriber: processor time of faster-whisper (8 bits, greedy)', rounded(theirs, 2), 's'),
      row('transcriber: the inference child, relative to that', rounded(ownS / theirs, 2), '', '<= 1'),
    ];
  } catch (error) {
    if (error.status !== 3 && error.code !== 'ENOENT') throw error;
    process.stderr.write('real: left out, faster-whisper is not installed\n');
    return [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {{roles?: readonly string[]}} options
 * @returns rows of {name, value, unit, target}
 */
export async function bench({ roles = Object.keys(REAL_ROLES) } = {}) {
  const program = python();
  const random = program && randomModels(program);
  const rows = [];
  try {
    for (const role of roles) {
      const real = realWeights(role);
      const { id } = manifestModels().find((model) => model.role === role && model.default);
      const folder = real ?? random?.folder(id);
      if (!folder) {
        process.stderr.write(`real: ${role} left out, there are no weights and no python3-onnx\n`);
        continue;
      }
      const kind = real ? 'real weights' : `random weights of ${id.split('/').at(-1)}`;
      process.stderr.write(`  ${role}, ${kind}\n`);
      const measured = await roleRows(role, folder, kind);
      rows.push(...measured.rows);
      if (role === 'transcriber' && real) rows.push(...fasterWhisperRows(measured.ownS));
    }
  } finally {
    random?.remove();
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  for (const role of named.length > 0 ? named : Object.keys(REAL_ROLES)) {
    for (const { name, value, unit, target } of await bench({ roles: [role] }))
      console.log(`${name}\t${value} ${unit}\t${target}`);
  }
}
