// Makes the models that every contender runs, all from the one quantised .tflite of dist/models.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataType, Graph } from './onnx.mjs';
import { clampsAt6, dequantized, Op, read, writeFloat } from './tflite.mjs';

/** @typedef {import('./tflite.mjs').Model} Model */
/** @typedef {import('./tflite.mjs').Tensor} Tensor */
/**
 * @typedef {object} Layer
 * @property {'conv' | 'depthwise' | 'pool'} kind
 * @property {Tensor} x @property {Tensor} y @property {Tensor} w @property {Tensor} b
 * @property {number} kernel @property {number} stride @property {number[]} pads top, left, bottom, right
 * @property {boolean} relu6
 */

/** Writes all of them into a folder. @param {Uint8Array} file @param {string} folder */
export function prepare(file, folder) {
  const model = read(file);
  const layers = model.operators.filter((o) => o.op !== Op.reshape && o.op !== Op.softmax).map((o) => layer(model, o));
  mkdirSync(join(folder, 'tfjs'), { recursive: true });
  writeFileSync(join(folder, 'quantised.tflite'), file);
  writeFileSync(join(folder, 'float.tflite'), writeFloat(model));
  writeFileSync(join(folder, 'float.onnx'), onnx(model, layers, false));
  writeFileSync(join(folder, 'quantised.onnx'), onnx(model, layers, true));
  writeTfjs(model, layers, join(folder, 'tfjs'));
}

/** @param {Model} model @param {import('./tflite.mjs').Operator} o @returns {Layer} */
function layer(model, o) {
  const [x, w, b] = o.inputs.map((i) => model.tensors[i]);
  const y = model.tensors[o.outputs[0]];
  const kernel = o.op === Op.averagePool ? x.shape[1] : w.shape[1];
  const stride = o.stride ?? 1;
  const total = o.padding === 0 ? Math.max(0, (y.shape[1] - 1) * stride + kernel - x.shape[1]) : 0;
  const [before, after] = [total >> 1, total - (total >> 1)];
  const kind = o.op === Op.averagePool ? 'pool' : o.op === Op.conv ? 'conv' : 'depthwise';
  return { kind, x, y, w, b, kernel, stride, pads: [before, before, after, after], relu6: clampsAt6(model, o) };
}

/** Input, weights and output permuted: axis i of the result is axis order[i] of the source.
 * @template {Float32Array | Uint8Array} T @param {T} source @param {number[]} shape @param {number[]} order @returns {T} */
function transpose(source, shape, order) {
  const result = /** @type {T} */ (new /** @type {any} */ (source.constructor)(source.length));
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((p, d) => p * d, 1));
  const to = order.map((axis) => shape[axis]);
  const step = order.map((axis) => strides[axis]);
  let at = 0;
  for (let a = 0; a < to[0]; a++)
    for (let b = 0; b < to[1]; b++)
      for (let c = 0; c < to[2]; c++)
        for (let d = 0; d < to[3]; d++) result[at++] = source[a * step[0] + b * step[1] + c * step[2] + d * step[3]];
  return result;
}

/** float32, or ONNX Runtime's own quantised operators. @param {Model} model @param {Layer[]} layers @param {boolean} quantised */
function onnx(model, layers, quantised) {
  const g = new Graph();
  const input = model.tensors[model.inputs[0]];
  const output = model.tensors[model.outputs[0]];
  /** @param {Tensor} t @param {string} name */
  const quantisation = (t, name) => [
    g.constant(`${name}.scale`, DataType.float, [], Float32Array.of(t.scale ?? 1)),
    g.constant(`${name}.zero`, DataType.uint8, [], Uint8Array.of(t.zero ?? 0)),
  ];
  let x = 'input';
  let xq = quantised ? quantisation(input, 'input') : [];
  if (!quantised) {
    g.constant('zero', DataType.float, [], Float32Array.of(0));
    g.constant('six', DataType.float, [], Float32Array.of(6));
  }
  layers.forEach((l, i) => {
    const yq = quantised ? quantisation(l.y, `y${i}`) : [];
    const name = `layer${i}`;
    if (l.kind === 'pool') {
      x = quantised
        ? g.node('QLinearGlobalAveragePool', [x, ...xq, ...yq], { output: name, domain: 'com.microsoft' })
        : g.node('GlobalAveragePool', [x], { output: name });
      xq = yq;
      return;
    }
    const [o, h, w, c] = l.w.shape;
    const depthwise = l.kind === 'depthwise';
    const shape = depthwise ? [c, 1, h, w] : [o, c, h, w]; // OHWI, or 1HWC, to OIHW
    const order = depthwise ? [3, 0, 1, 2] : [0, 3, 1, 2];
    const attributes = {
      kernel_shape: [l.kernel, l.kernel],
      strides: [l.stride, l.stride],
      pads: l.pads,
      group: depthwise ? c : 1,
    };
    const data = /** @type {Uint8Array} */ (l.w.data);
    if (quantised) {
      const weights = g.constant(`w${i}`, DataType.uint8, shape, transpose(data, l.w.shape, order));
      const bias = g.constant(`b${i}`, DataType.int32, [shape[0]], /** @type {Uint8Array} */ (l.b.data));
      const inputs = [x, ...xq, weights, ...quantisation(l.w, `w${i}`), ...yq, bias];
      x = g.node('QLinearConv', inputs, { output: name, attributes });
    } else {
      const weights = g.constant(`w${i}`, DataType.float, shape, transpose(dequantized(l.w), l.w.shape, order));
      const bias = g.constant(`b${i}`, DataType.float, [shape[0]], dequantized(l.b));
      x = g.node('Conv', [x, weights, bias], { output: name, attributes });
      if (l.relu6) x = g.node('Clip', [x, 'zero', 'six'], { output: `${name}.relu6` });
    }
    xq = yq;
  });
  if (quantised) x = g.node('DequantizeLinear', [x, ...xq], { output: 'logits' });
  x = g.node('Flatten', [x], { output: 'flat', attributes: { axis: 1 } });
  g.node('Softmax', [x], { output: 'output', attributes: { axis: 1 } });
  const [, h, w, c] = input.shape;
  return g.model(
    { name: 'input', type: quantised ? DataType.uint8 : DataType.float, shape: [1, c, h, w] },
    { name: 'output', type: DataType.float, shape: [1, output.shape.at(-1) ?? 0] },
  );
}

/** A TF.js graph model with the fused operators that its converter leaves, in shards of 4 MiB.
 * @param {Model} model @param {Layer[]} layers @param {string} folder */
function writeTfjs(model, layers, folder) {
  /** @param {string} s */
  const text = (s) => ({ s: Buffer.from(s).toString('base64') });
  /** @param {number[]} a */
  const list = (a) => ({ list: { i: a.map(String) } });
  /** @param {number[]} shape */
  const dims = (shape) => ({ dim: shape.map((d) => ({ size: String(d) })) });
  const T = { type: 'DT_FLOAT' };
  const [, ...inputShape] = model.tensors[model.inputs[0]].shape;
  /** @type {object[]} */
  const node = [{ name: 'input', op: 'Placeholder', attr: { dtype: T, shape: { shape: dims([-1, ...inputShape]) } } }];
  /** @type {object[]} */
  const weights = [];
  /** @type {Buffer[]} */
  const data = [];
  /** @param {string} name @param {number[]} shape @param {Float32Array} values */
  const constant = (name, shape, values) => {
    weights.push({ name, shape, dtype: 'float32' });
    data.push(Buffer.from(values.buffer));
    const tensor = { dtype: 'DT_FLOAT', tensorShape: dims(shape) };
    node.push({ name, op: 'Const', attr: { dtype: T, value: { tensor } } });
    return name;
  };
  let x = 'input';
  layers.forEach((l, i) => {
    const name = `layer${i}`;
    const format = { T, data_format: text('NHWC') };
    if (l.kind === 'pool') {
      const attr = {
        ...format,
        ksize: list([1, l.kernel, l.kernel, 1]),
        strides: list([1, 1, 1, 1]),
        padding: text('VALID'),
      };
      node.push({ name, op: 'AvgPool', input: [x], attr });
      x = name;
      return;
    }
    const [o, h, w, c] = l.w.shape;
    const values = dequantized(l.w);
    const depthwise = l.kind === 'depthwise';
    const filter = depthwise
      ? constant(`${name}/w`, [h, w, c, 1], values)
      : constant(`${name}/w`, [h, w, c, o], transpose(values, l.w.shape, [1, 2, 3, 0]));
    const bias = constant(`${name}/b`, l.b.shape, dequantized(l.b));
    const fused = (l.relu6 ? ['BiasAdd', 'Relu6'] : ['BiasAdd']).map((s) => text(s).s);
    const attr = {
      ...format,
      strides: list([1, l.stride, l.stride, 1]),
      padding: text('SAME'),
      dilations: list([1, 1, 1, 1]),
      explicit_paddings: { list: {} },
      fused_ops: { list: { s: fused } },
      num_args: { i: '1' },
      epsilon: { f: 0 },
    };
    const op = depthwise ? 'FusedDepthwiseConv2dNative' : '_FusedConv2D';
    node.push({ name, op, input: [x, filter, bias], attr });
    x = name;
  });
  node.push({ name: 'logits', op: 'Squeeze', input: [x], attr: { T, squeeze_dims: list([1, 2]) } });
  const all = Buffer.concat(data);
  const shard = 4 << 20;
  const paths = [];
  for (let at = 0; at < all.length; at += shard) {
    paths.push(`weights-${paths.length + 1}.bin`);
    writeFileSync(join(folder, paths[paths.length - 1]), all.subarray(at, at + shard));
  }
  const modelTopology = { node, library: {}, versions: { producer: 1 } };
  const manifest = { format: 'graph-model', modelTopology, weightsManifest: [{ paths, weights }] };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
}
