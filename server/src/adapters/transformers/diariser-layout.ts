/** Files of a diariser's folder. */
export interface DiariserLayout {
  /** Graph that turns sound into a print of its voice. */
  readonly embedding: string;
  /** Graph that says in each frame which speakers are heard; missing if the folder has none. */
  readonly segmentation?: string;
}

/** Finds the graphs by their names: a segmentation network has "segment" or "pyannote" in its path. */
export function findDiariserLayout(names: readonly string[]): DiariserLayout | undefined {
  // Without quantised variants: the networks are small, and convolutions in 8 bits are slower.
  const graphs = names
    .filter((name) => name.endsWith('.onnx'))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const isSegmentation = (name: string): boolean => /segment|pyannote/i.test(name);
  const embedding = graphs.find((name) => !isSegmentation(name));
  const segmentation = graphs.find(isSegmentation);
  return embedding === undefined ? undefined : { embedding, ...(segmentation && { segmentation }) };
}
