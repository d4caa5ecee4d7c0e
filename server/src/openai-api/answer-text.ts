/** Removes citation marks: harnesses compare the text alone. */
export function withoutCitationMarks(text: string): string {
  return text.replace(/[ \t]*\[\d+\]/g, '');
}

/** Removes citation marks from text that arrives in pieces. */
export interface CitationStripper {
  /** Returns the part that can be sent now. */
  push(piece: string): string;
  /** Returns the rest. */
  end(): string;
}

/** Text that a mark may still follow or complete: blanks, and a bracket with digits. */
const OPEN_END = /[ \t]*(?:\[\d*)?$/;

export function createCitationStripper(): CitationStripper {
  let pending = '';
  return {
    push(piece) {
      pending = withoutCitationMarks(pending + piece);
      const cut = OPEN_END.exec(pending)?.index ?? pending.length;
      const ready = pending.slice(0, cut);
      pending = pending.slice(cut);
      return ready;
    },
    end() {
      const rest = pending.trimEnd();
      pending = '';
      return rest;
    },
  };
}
