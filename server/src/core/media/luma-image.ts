/** A luma picture with one byte per pixel. */
export interface LumaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Converts RGB bytes to luma (Rec. 601). A grey picture is returned unchanged. */
export function toLumaImage(picture: LumaImage): LumaImage {
  const { width, height, data } = picture;
  const size = width * height;
  if (data.length === size) return picture;
  const luma = new Uint8Array(size);
  for (let i = 0, at = 0; i < size; i += 1, at += 3) {
    luma[i] = ((data[at] ?? 0) * 77 + (data[at + 1] ?? 0) * 150 + (data[at + 2] ?? 0) * 29) >> 8;
  }
  return { width, height, data: luma };
}

/** Enlarges a picture by `factor` with bilinear interpolation. Returns the same picture if `factor` is 1. */
export function upscaleImage(picture: LumaImage, factor: number): LumaImage {
  if (factor === 1) return picture;
  const { width, height, data } = picture;
  const newWidth = Math.round(width * factor);
  const newHeight = Math.round(height * factor);
  const output = new Uint8Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y += 1) {
    const fromY = Math.max(0, Math.min(height - 1, (y + 0.5) / factor - 0.5));
    const top = Math.floor(fromY);
    const bottom = Math.min(height - 1, top + 1);
    const verticalShare = fromY - top;
    for (let x = 0; x < newWidth; x += 1) {
      const fromX = Math.max(0, Math.min(width - 1, (x + 0.5) / factor - 0.5));
      const left = Math.floor(fromX);
      const right = Math.min(width - 1, left + 1);
      const horizontalShare = fromX - left;
      const upper =
        (data[top * width + left] ?? 0) * (1 - horizontalShare) +
        (data[top * width + right] ?? 0) * horizontalShare;
      const lower =
        (data[bottom * width + left] ?? 0) * (1 - horizontalShare) +
        (data[bottom * width + right] ?? 0) * horizontalShare;
      output[y * newWidth + x] = upper * (1 - verticalShare) + lower * verticalShare;
    }
  }
  return { width: newWidth, height: newHeight, data: output };
}
