import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A loaded graph with one picture-like input and one output. */
export interface PlainGraph {
  run(
    data: Float32Array,
    shape: readonly number[],
  ): Promise<{
    readonly data: Float32Array;
    readonly shape: readonly number[];
  }>;
  dispose(): Promise<void>;
}

/** Opens a graph on the CPU. Shapes change with every input, so no memory plan is kept. */
export function openSession(path: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
}

export async function openPlainGraph(path: string, threads: number): Promise<PlainGraph> {
  const session = await openSession(path, threads);
  const [inputName = ''] = session.inputNames;
  const [outputName = ''] = session.outputNames;
  return {
    async run(data, shape) {
      const outputs = await session.run({ [inputName]: new Tensor('float32', data, shape) });
      const output = outputs[outputName];
      if (!(output?.data instanceof Float32Array)) throw new Error(`${path} returned no numbers`);
      return { data: output.data, shape: output.dims };
    },
    dispose: () => session.release(),
  };
}
