/** Luma, one byte a pixel. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Luma (Rec. 601) of RGB bytes; a picture that is grey already is returned as it is. */
export function greyOf(picture: GreyPicture): GreyPicture {
  const { width, height, data } = picture;
  const size = width * height;
  if (data.length === size) return picture;
  const grey = new Uint8Array(size);
  for (let i = 0, at = 0; i < size; i += 1, at += 3) {
    grey[i] = ((data[at] ?? 0) * 77 + (data[at + 1] ?? 0) * 150 + (data[at + 2] ?? 0) * 29) >> 8;
  }
  return { width, height, data: grey };
}

/** The picture `factor` times as large, smooth; itself where that is 1. */
export function enlarge(picture: GreyPicture, factor: number): GreyPicture {
  if (factor === 1) return picture;
  const { width, height, data } = picture;
  const wide = Math.round(width * factor);
  const high = Math.round(height * factor);
  const out = new Uint8Array(wide * high);
  for (let y = 0; y < high; y += 1) {
    const fromY = Math.max(0, Math.min(height - 1, (y + 0.5) / factor - 0.5));
    const top = Math.floor(fromY);
    const below = Math.min(height - 1, top + 1);
    const downShare = fromY - top;
    for (let x = 0; x < wide; x += 1) {
      const fromX = Math.max(0, Math.min(width - 1, (x + 0.5) / factor - 0.5));
      const left = Math.floor(fromX);
      const right = Math.min(width - 1, left + 1);
      const share = fromX - left;
      const upper = (data[top * width + left] ?? 0) * (1 - share) + (data[top * width + right] ?? 0) * share;
      const lower =
        (data[below * width + left] ?? 0) * (1 - share) + (data[below * width + right] ?? 0) * share;
      out[y * wide + x] = upper * (1 - downShare) + lower * downShare;
    }
  }
  return { width: wide, height: high, data: out };
}
