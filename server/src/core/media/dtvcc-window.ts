/** One of the eight windows of a caption service. */
export interface CaptionWindow {
  readonly rowCount: number;
  isVisible: boolean;
  /** Moves the pen, as the next letter is written there. */
  movePen(row: number, column: number): void;
  write(letter: string): void;
  /** Removes the letter before the pen. */
  erase(): void;
  /** Begins the next row; the window scrolls after its last one. */
  breakRow(): void;
  /** Empties the row of the pen and returns to its start. */
  clearRow(): void;
  clear(): void;
  /** Returns the rows that contain text, trimmed. */
  readRows(): readonly string[];
}

/** Largest window: rows and columns of the standard. */
const MAX_ROWS = 16;
const MAX_COLUMNS = 64;

export function createCaptionWindow(rows: number, isVisible: boolean): CaptionWindow {
  const rowCount = Math.max(1, Math.min(MAX_ROWS, rows));
  const lines: string[][] = Array.from({ length: rowCount }, () => []);
  let row = 0;
  let column = 0;
  const currentLine = () => lines[row] ?? [];
  return {
    rowCount,
    isVisible,
    movePen(nextRow, nextColumn) {
      row = Math.min(nextRow, rowCount - 1);
      column = Math.min(nextColumn, MAX_COLUMNS - 1);
    },
    write(letter) {
      if (column >= MAX_COLUMNS) return;
      const line = currentLine();
      while (line.length < column) line.push(' ');
      line[column] = letter;
      column += 1;
    },
    erase() {
      column = Math.max(0, column - 1);
      currentLine()[column] = ' ';
    },
    breakRow() {
      column = 0;
      row += 1;
      if (row < rowCount) return;
      row = rowCount - 1;
      lines.shift();
      lines.push([]);
    },
    clearRow() {
      currentLine().length = 0;
      column = 0;
    },
    clear() {
      for (const line of lines) line.length = 0;
      row = 0;
      column = 0;
    },
    readRows: () => lines.map((line) => line.join('').trim()).filter((line) => line !== ''),
  };
}
