// Records every run of an ONNX graph in this process, and repeats them through bare ONNX Runtime with nothing around it.
import ort from 'onnxruntime-node';

const CACHE_INPUT = /^past_key_values\./;

/** Copies a tensor on the CPU. Equal buffers, such as Whisper's encoded sound at each step, are copied once. */
function createCopier() {
  const copies = new Map();
  return ({ type, data, dims }) => {
    const known = copies.get(data);
    const copy = known ?? data.slice();
    copies.set(data, copy);
    return { type, data: copy, dims: [...dims] };
  };
}

/**
 * Records the graphs that `work` opens and the inputs of their runs. An input that is filled with an earlier output of
 * the same graph (the keys and values of attention) is recorded by name alone.
 * Returns {graphs, runs}: a graph's path or bytes by its number; runs of {graph, feeds, cached, fetches}.
 */
export async function recordRuns(load, work) {
  const { create } = ort.InferenceSession;
  const prototype = ort.InferenceSession.prototype;
  const { run } = prototype;
  const numbers = new Map();
  const graphs = [];
  const runs = [];
  let isRecording = false;
  ort.InferenceSession.create = async (source, ...rest) => {
    const session = await create.call(ort.InferenceSession, source, ...rest);
    numbers.set(session, graphs.push(source) - 1);
    return session;
  };
  const copy = createCopier();
  prototype.run = function (feeds, ...rest) {
    if (isRecording) {
      const isCached = ([name, tensor]) => CACHE_INPUT.test(name) && !tensor.dims.includes(0);
      const entries = Object.entries(feeds);
      runs.push({
        graph: numbers.get(this),
        feeds: Object.fromEntries(
          entries.filter((entry) => !isCached(entry)).map(([name, tensor]) => [name, copy(tensor)]),
        ),
        cached: entries.filter(isCached).map(([name]) => name),
      });
    }
    return run.call(this, feeds, ...rest);
  };
  try {
    const loaded = await load();
    isRecording = true;
    await work(loaded);
    isRecording = false;
    await loaded.dispose();
  } finally {
    ort.InferenceSession.create = create;
    prototype.run = run;
  }
  return { graphs, runs };
}

/** Opens the recorded graphs plainly. Returns a function that repeats all runs. */
export async function openRecorded({ graphs, runs }, threads) {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 };
  const used = new Set(runs.map(({ graph }) => graph));
  const sessions = await Promise.all(
    graphs.map((source, i) => (used.has(i) ? ort.InferenceSession.create(source, options) : undefined)),
  );
  const toTensor = ({ type, data, dims }) => new ort.Tensor(type, data, dims);
  return async () => {
    const caches = new Map();
    for (const { graph, feeds, cached } of runs) {
      const before = cached.length > 0 ? caches.get(graph) : {};
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, value]) => [name, toTensor(value)]),
      );
      for (const name of cached) inputs[name] = before[name];
      const outputs = await sessions[graph].run(inputs);
      const next = { ...before };
      for (const [name, tensor] of Object.entries(outputs)) {
        const input = name.replace('present', 'past_key_values');
        // Whisper's decoder returns the encoder's part once, and empty tensors later.
        if (input !== name && !tensor.dims.includes(0)) next[input] = tensor;
      }
      caches.set(graph, next);
    }
  };
}
