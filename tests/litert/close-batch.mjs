// Sets the batch of a .tflite file to 1 where its converter left it open, and computes the shape of the logits from it: LiteRT.js runs
// only files whose shapes are known. Nothing else is changed.

const SHAPE = 77;
const RESHAPE = 22;

/**
 * Returns the file with SHAPE, STRIDED_SLICE and PACK left out, and the shape that the RESHAPE after them reads as a constant.
 * @param {Uint8Array} file
 */
export function closeBatch(file) {
  const bytes = new Uint8Array(file.length + 64);
  bytes.set(file);
  const view = new DataView(bytes.buffer);
  const u32 = (/** @type {number} */ at) => view.getUint32(at, true);
  /** Where what is referred to at a position lies. @param {number} at */
  const follow = (at) => at + u32(at);
  /** The position of field i of a table, 0 where it has none. @param {number} table @param {number} i */
  const field = (table, i) => {
    const vtable = table - view.getInt32(table, true);
    const offset = 4 + 2 * i < view.getUint16(vtable, true) ? view.getUint16(vtable + 4 + 2 * i, true) : 0;
    return offset && table + offset;
  };
  const list = (/** @type {number} */ table, /** @type {number} */ i) => follow(field(table, i)); // its length, then its elements
  const entry = (/** @type {number} */ vector, /** @type {number} */ i) => follow(vector + 4 + 4 * i);

  const model = follow(0);
  const [codes, buffers] = [list(model, 1), list(model, 4)];
  const graph = entry(list(model, 2), 0);
  const [tensors, operators] = [list(graph, 0), list(graph, 3)];
  const codeOf = (/** @type {number} */ operator) => {
    const code = entry(codes, field(operator, 0) ? u32(field(operator, 0)) : 0);
    return field(code, 3) ? u32(field(code, 3)) : bytes[field(code, 0)];
  };
  const all = Array.from({ length: u32(operators) }, (_, i) => entry(operators, i));
  const shape = all.findIndex((operator) => codeOf(operator) === SHAPE);
  const reshape = all.findIndex((operator, i) => i > shape && codeOf(operator) === RESHAPE);
  if (shape < 0 || reshape < 0) throw new Error('the file computes no shape from its batch');

  // The list of operators loses those between.
  const kept = all.filter((_, i) => i < shape || i >= reshape);
  view.setUint32(operators, kept.length, true);
  kept.forEach((at, i) => {
    view.setUint32(operators + 4 + 4 * i, at - (operators + 4 + 4 * i), true);
  });

  // The shape that RESHAPE reads becomes the content of a buffer at the file's end: that of metadata, which nobody needs any more.
  const made = u32(list(all[reshape], 1) + 8);
  const classes = u32(list(entry(tensors, u32(list(all[reshape], 2) + 4)), 0) + 8);
  const buffer = u32(field(entry(list(model, 6), 0), 1));
  view.setUint32(field(entry(tensors, made), 2), buffer, true);
  const data = field(entry(buffers, buffer), 0);
  const end = Math.ceil(file.length / 16) * 16 + 12;
  view.setUint32(data, end - data, true);
  for (const [i, value] of [8, 1, classes].entries()) view.setUint32(end + 4 * i, value, true);

  // The open batch stands in the signature of each tensor's shape.
  for (let i = 0; i < u32(tensors); i++) {
    const signature = field(entry(tensors, i), 7);
    if (signature && u32(follow(signature)))
      view.setInt32(follow(signature) + 4, Math.abs(view.getInt32(follow(signature) + 4, true)), true);
  }
  return bytes;
}
