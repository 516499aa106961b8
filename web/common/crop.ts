// The part of an image that a model gets by a named crop: what core/pixels/crop.go has, for images that a canvas crops or that the page
// shows.

/** Of an image of width×height pixels, for a model whose input has that shape, [height,width,channels]; a square one unless given. */
export function namedBox(
  crop: string,
  width: number,
  height: number,
  [toHeight = 1, toWidth = 1]: readonly number[] = [],
) {
  let [w, h] = [width, height];
  if (crop !== 'whole') {
    if (width * toHeight > height * toWidth) w = proportion(height, toWidth, toHeight);
    else h = proportion(width, toHeight, toWidth);
  }
  if (crop === 'center') {
    const wide = toWidth >= toHeight;
    const long = Math.floor((7 * (wide ? w : h) + 4) / 8);
    [w, h] = wide ? [long, proportion(long, toHeight, toWidth)] : [proportion(long, toWidth, toHeight), long];
  }
  return { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), width: w, height: h };
}

/** side·a/b, rounded, and at least 1. */
const proportion = (side: number, a: number, b: number) => Math.max(1, Math.floor((2 * side * a + b) / (2 * b)));
