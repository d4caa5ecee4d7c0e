/** Names graph precisions as transformers.js does. */
export type DataType = 'fp32' | 'fp16' | 'q8' | 'q4' | 'q4f16' | 'int8' | 'uint8' | 'bnb4';

/** Maps precisions to file suffixes on the hub: `onnx/model_fp16.onnx`. */
const PRECISION_SUFFIXES: Readonly<Record<DataType, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  q4: '_q4',
  q4f16: '_q4f16',
  int8: '_int8',
  uint8: '_uint8',
  bnb4: '_bnb4',
};

/** Precisions in order of preference: cheapest first on a CPU, half precision first on an accelerator. */
const CPU_ORDER: readonly DataType[] = ['q8', 'int8', 'uint8', 'q4', 'fp32', 'fp16'];
const GPU_ORDER: readonly DataType[] = ['fp16', 'fp32', 'q4f16', 'q4'];
/** The encoder of a speech recogniser: in 8 bits it hears worse. */
const SPEECH_ENCODER_GRAPH = 'encoder_model';
const SPEECH_ENCODER_ORDER: readonly DataType[] = ['fp32', ...CPU_ORDER];
/** Token embeddings are a lookup table: quantising them saves little and is slow on an accelerator. */
const EMBEDDING_GRAPH = 'embed_tokens';
const GPU_EMBEDDING_ORDER: readonly DataType[] = ['fp16', 'fp32', ...GPU_ORDER];

function precisionOrder(
  graph: string,
  names: ReadonlySet<string>,
  accelerator: boolean,
): readonly DataType[] {
  if (!accelerator) {
    // Only graphs of more than 2 GB keep their weights in a file of their own.
    const isHuge = names.has(`onnx/${graph}.onnx_data`);
    return graph === SPEECH_ENCODER_GRAPH && !isHuge ? SPEECH_ENCODER_ORDER : CPU_ORDER;
  }
  return graph === EMBEDDING_GRAPH ? GPU_EMBEDDING_ORDER : GPU_ORDER;
}

/** Chooses the precision of a graph from the available files (names relative to the model folder). */
export function choosePrecision(
  graph: string,
  names: ReadonlySet<string>,
  accelerator: boolean,
): DataType | undefined {
  return precisionOrder(graph, names, accelerator).find((type) =>
    names.has(`onnx/${graph}${PRECISION_SUFFIXES[type]}.onnx`),
  );
}

/** Chooses the file of a graph from the available files. */
export function chooseGraphFile(
  graph: string,
  names: ReadonlySet<string>,
  accelerator: boolean,
): { readonly path: string; readonly precision: DataType } | undefined {
  const precision = choosePrecision(graph, names, accelerator);
  return precision && { path: `onnx/${graph}${PRECISION_SUFFIXES[precision]}.onnx`, precision };
}

/**
 * Matches the end of a graph's name that says how it was optimised or quantised. Besides the precisions above these
 * are variants that cannot be loaded by name: `_q2`, `_O4`, `_qint8_avx512_vnni`.
 */
const VARIANT_ENDING = /_(?:fp16|fp32|quantized|bnb4|q\d+(?:f16)?|u?int\d+|O[1-4]|qu?int\d+(?:_\w+)?)$/;

/**
 * Lists the graphs of a folder, without precisions. Leaves out parts that a merged decoder replaces, and the
 * combined model if its towers exist separately.
 */
export function listGraphs(names: readonly string[]): readonly string[] {
  const graphs = new Set(
    names.flatMap((name) => {
      const [, stem] = /^onnx\/([^/]+)\.onnx$/.exec(name) ?? [];
      return stem ? [stem.replace(VARIANT_ENDING, '')] : [];
    }),
  );
  const isRedundant = (graph: string): boolean => {
    if (/^decoder(?:_with_past)?_model$/.test(graph)) return graphs.has('decoder_model_merged');
    return graph === 'model' && graphs.has('text_model') && graphs.has('vision_model');
  };
  return [...graphs].filter((graph) => !isRedundant(graph)).sort();
}

/** Matches configuration, tokenizers, templates and the layers after a pooling, but not weights of other frameworks. */
const CONFIG_FILE =
  /^(?:1_Pooling\/config\.json|\d+_Dense\/(?:config\.json|model\.safetensors)|[^/]+\.(?:json|jinja|txt|model))$/;

/**
 * Returns the files of one of several repositories of a model to download: the graph and its configuration. A graph in
 * `onnx/` is taken in full precision, because the models of several repositories are small.
 */
export function choosePartFiles(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => /^[^/]+\.(?:onnx|json|ya?ml|txt)$/.test(name) || name === 'onnx/model.onnx')
    .sort();
}

/** Returns the files to download: configuration and each graph once, with its external data. */
export function chooseFilesToPull(names: readonly string[], accelerator: boolean): readonly string[] {
  const availableNames = new Set(names);
  const graphs = listGraphs(names).flatMap((graph) => {
    const file = chooseGraphFile(graph, availableNames, accelerator);
    return file ? [file.path] : [];
  });
  const data = names.filter((name) => graphs.some((graph) => name.startsWith(`${graph}_data`)));
  return [...names.filter((name) => CONFIG_FILE.test(name)), ...graphs, ...data].sort();
}
