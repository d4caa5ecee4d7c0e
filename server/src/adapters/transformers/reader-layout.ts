/** Files of a text reader's folder: PP-OCR as packages, RapidOCR and the hub lay it out. */
export interface ReaderLayout {
  readonly detector: string;
  readonly recogniser: string;
  /** File with one character a line; otherwise the recogniser's graph names its characters. */
  readonly characters?: string;
}

const isGraph = (name: string): boolean => name.endsWith('.onnx');

/** Finds the files by their names. Returns undefined if a graph is missing. */
export function findReaderLayout(names: readonly string[]): ReaderLayout | undefined {
  const sorted = names.toSorted();
  const detector = sorted.find((name) => isGraph(name) && /(?:^|[_./-])det(?:[_./-]|$)/i.test(name));
  const recogniser = sorted.find((name) => isGraph(name) && /(?:^|[_./-])rec(?:[_./-]|$)/i.test(name));
  const characters = sorted.find((name) => /(?:keys|dict)[^/]*\.txt$/i.test(name));
  return detector && recogniser ? { detector, recogniser, characters } : undefined;
}
