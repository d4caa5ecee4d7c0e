/** A box of an mp4 file: size, four letters, content. */
function box(type: string, ...content: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.reduce((sum, part) => sum + part.length, 0));
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}

/** The Nero chapter list: times in 100 ns, titles with their length before them. */
function chapterList(chapters: readonly { readonly startMs: number; readonly title: string }[]): Buffer {
  const rows = chapters.map(({ startMs, title }) => {
    const text = Buffer.from(title);
    const row = Buffer.alloc(9);
    row.writeBigUInt64BE(BigInt(startMs) * 10_000n);
    row.writeUInt8(text.length, 8);
    return Buffer.concat([row, text]);
  });
  const head = Buffer.alloc(9);
  head.writeUInt8(1);
  head.writeUInt8(chapters.length, 8);
  return box('udta', box('chpl', head, ...rows));
}

/** Adds chapters to an mp4 file whose last box is `moov`, which our binding's muxer cannot write. */
export function withChapters(
  file: Buffer,
  chapters: readonly { readonly startMs: number; readonly title: string }[],
): Buffer {
  let at = 0;
  while (at < file.length) {
    const size = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'moov') {
      const content = file.subarray(at + 8, at + size);
      return Buffer.concat([
        file.subarray(0, at),
        box('moov', content, chapterList(chapters)),
        file.subarray(at + size),
      ]);
    }
    if (size < 8) break;
    at += size;
  }
  throw new Error('no moov box');
}
