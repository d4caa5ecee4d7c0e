// What models cost on the CPU: for each role the manifest's default at full size with random weights (models/random), and
// what captioning and questions cost around them. Needs python3-onnx to write the models.
// `node test/bench/models.bench.mjs [--runs 3] [--clips 12] [PART ...]` prints all or some parts alone: a role, the id of a
// model in the manifest, `indexing`, `questions`.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { questionRows } from './cancelled-question.mjs';
import { captionerRows } from './captioner-load.mjs';
import { manifestModels, python, randomModels } from './random-model.mjs';
import { roleCost } from './role-cost.mjs';

/** Questions that are cancelled. */
const CANCELLED = 24;

/**
 * @param {{runs?: number, clips?: number, parts?: readonly string[]}} options
 * @returns rows of {name, value, unit, target}
 */
export async function bench({ runs = 3, clips = 12, parts = [] } = {}) {
  const program = python();
  if (!program) {
    process.stderr.write('models: left out, python3-onnx is not installed\n');
    return [];
  }
  const known = manifestModels();
  const defaultOf = (role) => known.find((model) => model.role === role && model.default).id;
  const wanted = ({ id, role, ...model }) =>
    parts.includes(id) || (model.default && (parts.length === 0 || parts.includes(role)));
  const also = (part) => parts.length === 0 || parts.includes(part);
  const random = randomModels(program);
  const rows = [];
  const add = async (what, measure) => {
    process.stderr.write(`  ${what}\n`);
    rows.push(...(await measure()));
  };
  try {
    for (const { id, role } of known.filter(wanted))
      await add(id, () => roleCost(role, id, random.folder(id), runs));
    if (also('indexing'))
      await add('indexing', () => captionerRows(random.folder(defaultOf('captioner')), runs, clips));
    if (also('questions'))
      await add('questions', () => questionRows(random.folder(defaultOf('answerer')), CANCELLED));
  } finally {
    random.remove();
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals: parts } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '3' }, clips: { type: 'string', default: '12' } },
  });
  const rows = await bench({ runs: Number(values.runs), clips: Number(values.clips), parts });
  for (const { name, value, unit, target } of rows) console.log(`${name}\t${value} ${unit}\t${target}`);
}
