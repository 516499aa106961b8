/** Where the network looks: a box in the picture, in fractions of its width and height. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The library's default crop: 87.5% of the largest centred square of a picture of that size. */
export function centerCrop(width: number, height: number): Box {
  const side = Math.floor((7 * Math.min(width, height) + 4) / 8);
  return {
    left: Math.floor((width - side) / 2) / width,
    top: Math.floor((height - side) / 2) / height,
    width: side / width,
    height: side / height,
  };
}
