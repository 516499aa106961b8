// Reads what MobileNetV1 uses of a .tflite file, and writes such a file (schema.fbs of TFLite, version 3).
import { Builder } from 'flatbuffers';

export const Op = { averagePool: 1, conv: 3, depthwise: 4, reshape: 22, softmax: 25 };
export const Type = { float32: 0, int32: 2, uint8: 3 };
const none = 0;
const relu6 = 3;

/** A flatbuffers table; fields are numbered as in the schema. */
class Table {
  /** @param {DataView} view @param {number} position */
  constructor(view, position) {
    this.view = view;
    this.position = position;
    this.vtable = position - view.getInt32(position, true);
    this.size = view.getUint16(this.vtable, true);
  }
  /** @param {number} field */
  at(field) {
    const slot = 4 + 2 * field;
    const offset = slot < this.size ? this.view.getUint16(this.vtable + slot, true) : 0;
    return offset && this.position + offset;
  }
  /** @param {number} field */
  follow(field) {
    const at = this.at(field);
    return at && at + this.view.getUint32(at, true);
  }
  /** @param {number} field @param {number} [missing] */
  int8(field, missing = 0) {
    return this.at(field) ? this.view.getInt8(this.at(field)) : missing;
  }
  /** @param {number} field @param {number} [missing] */
  int32(field, missing = 0) {
    return this.at(field) ? this.view.getInt32(this.at(field), true) : missing;
  }
  /** @param {number} field @param {number} [missing] */
  float32(field, missing = 0) {
    return this.at(field) ? this.view.getFloat32(this.at(field), true) : missing;
  }
  /** @param {number} field */
  table(field) {
    return this.at(field) ? new Table(this.view, this.follow(field)) : null;
  }
  /** @template T @param {number} field @param {number} size @param {(at: number) => T} read @returns {T[]} */
  vector(field, size, read) {
    const start = this.follow(field);
    if (!start) return [];
    return Array.from({ length: this.view.getUint32(start, true) }, (_, i) => read(start + 4 + i * size));
  }
  /** @param {number} field */
  tables(field) {
    return this.vector(field, 4, (at) => new Table(this.view, at + this.view.getUint32(at, true)));
  }
  /** @param {number} field */
  ints(field) {
    return this.vector(field, 4, (at) => this.view.getInt32(at, true));
  }
  /** @param {number} field */
  bytes(field) {
    const start = this.follow(field);
    if (!start) return null;
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start + 4, this.view.getUint32(start, true));
  }
}

/**
 * @typedef {object} Tensor
 * @property {number[]} shape
 * @property {number} type
 * @property {Uint8Array | null} data
 * @property {number} [scale]
 * @property {number} [zero]
 *
 * @typedef {object} Operator
 * @property {number} op
 * @property {number[]} inputs
 * @property {number[]} outputs
 * @property {number} [padding] 0 SAME, 1 VALID
 * @property {number} [stride]
 * @property {number} [activation]
 *
 * @typedef {{tensors: Tensor[], operators: Operator[], inputs: number[], outputs: number[]}} Model
 */

/** @param {Uint8Array} file @returns {Model} */
export function read(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const model = new Table(view, view.getUint32(0, true));
  const codes = model.tables(1).map((c) => Math.max(c.int8(0), c.int32(3)));
  const buffers = model.tables(4).map((b) => b.bytes(0));
  const [graph] = model.tables(2);
  return {
    inputs: graph.ints(1),
    outputs: graph.ints(2),
    tensors: graph.tables(0).map((t) => {
      const quantization = t.table(4);
      return {
        shape: t.ints(0),
        type: t.int8(1),
        data: buffers[t.int32(2)],
        scale: quantization?.vector(2, 4, (at) => view.getFloat32(at, true))[0],
        zero: quantization?.vector(3, 8, (at) => Number(view.getBigInt64(at, true)))[0] ?? 0,
      };
    }),
    operators: graph.tables(3).map((o) => {
      const op = codes[o.int32(0)];
      const options = o.table(4);
      const operator = { op, inputs: o.ints(1), outputs: o.ints(2) };
      if (!options || op === Op.reshape || op === Op.softmax) return operator;
      const activation = { [Op.conv]: 3, [Op.depthwise]: 4, [Op.averagePool]: 5 }[op] ?? 0;
      return { ...operator, padding: options.int8(0), stride: options.int32(1), activation: options.int8(activation) };
    }),
  };
}

/** The real values of a tensor of weights or biases. @param {Tensor} tensor */
export function dequantized({ data, type, scale = 1, zero = 0 }) {
  const bytes = /** @type {Uint8Array} */ (data);
  const values = type === Type.int32 ? new Int32Array(bytes.slice().buffer) : bytes;
  return Float32Array.from(values, (v) => (v - zero) * scale);
}

/** Whether a quantised convolution holds a RELU6: its bytes span 0 to 6. @param {Model} model @param {Operator} o */
export function clampsAt6(model, o) {
  const { scale = 0, zero } = model.tensors[o.outputs[0]];
  return (o.op === Op.conv || o.op === Op.depthwise) && zero === 0 && Math.abs(scale * 255 - 6) < 0.01;
}

/** The same network in float32, as a .tflite file. @param {Model} model */
export function writeFloat(model) {
  const b = new Builder(20 << 20);
  /** @param {number[]} values */
  const ints = (values) => {
    b.startVector(4, values.length, 4);
    for (const v of values.toReversed()) b.addInt32(v);
    return b.endVector();
  };
  /** @param {number[]} values */
  const offsets = (values) => {
    b.startVector(4, values.length, 4);
    for (const v of values.toReversed()) b.addOffset(v);
    return b.endVector();
  };
  b.startObject(1);
  const buffers = [b.endObject()]; // TFLite's convention: the first is empty
  /** @param {Uint8Array} data */
  const buffer = (data) => {
    b.startVector(1, data.length, 16);
    b.space -= data.length;
    b.bb.bytes().set(data, b.space);
    const vector = b.endVector();
    b.startObject(1);
    b.addFieldOffset(0, vector, 0);
    return buffers.push(b.endObject()) - 1;
  };
  const tensors = model.tensors.map((t) => {
    const isShape = t.type === Type.int32 && !t.scale;
    const data = t.data && (isShape ? t.data : new Uint8Array(dequantized(t).buffer));
    const at = data ? buffer(data) : 0;
    const shape = ints(t.shape);
    b.startObject(8);
    b.addFieldOffset(0, shape, 0);
    b.addFieldInt8(1, isShape ? Type.int32 : Type.float32, 0);
    b.addFieldInt32(2, at, 0);
    return b.endObject();
  });
  const codes = [...new Set(model.operators.map((o) => o.op))];
  const operators = model.operators.map((o) => {
    const [kind, options] = writeOptions(b, o, clampsAt6(model, o) ? relu6 : none, model);
    const [inputs, outputs] = [ints(o.inputs), ints(o.outputs)];
    b.startObject(9);
    b.addFieldInt32(0, codes.indexOf(o.op), 0);
    b.addFieldOffset(1, inputs, 0);
    b.addFieldOffset(2, outputs, 0);
    b.addFieldInt8(3, kind, 0);
    b.addFieldOffset(4, options, 0);
    return b.endObject();
  });
  const parts = [offsets(tensors), ints(model.inputs), ints(model.outputs), offsets(operators)];
  b.startObject(5);
  parts.forEach((part, i) => void b.addFieldOffset(i, part, 0));
  const graphs = offsets([b.endObject()]);
  const operatorCodes = offsets(
    codes.map((code) => {
      b.startObject(4);
      b.addFieldInt8(0, code, 0);
      b.addFieldInt32(2, 1, 0);
      b.addFieldInt32(3, code, 0);
      return b.endObject();
    }),
  );
  const allBuffers = offsets(buffers);
  b.startObject(5);
  b.addFieldInt32(0, 3, 0);
  b.addFieldOffset(1, operatorCodes, 0);
  b.addFieldOffset(2, graphs, 0);
  b.addFieldOffset(4, allBuffers, 0);
  b.finish(b.endObject(), 'TFL3');
  return b.asUint8Array();
}

/**
 * @param {InstanceType<typeof Builder>} b @param {Operator} o @param {number} activation @param {Model} model
 * @returns {[number, number]} the kind and the offset of the operator's options
 */
function writeOptions(b, o, activation, model) {
  const { padding = 0, stride = 1 } = o;
  switch (o.op) {
    case Op.conv:
      b.startObject(6);
      b.addFieldInt8(3, activation, 0);
      break;
    case Op.depthwise:
      b.startObject(7);
      b.addFieldInt32(3, 1, 0);
      b.addFieldInt8(4, activation, 0);
      break;
    case Op.averagePool: {
      const side = model.tensors[o.inputs[0]].shape[1];
      b.startObject(6);
      b.addFieldInt32(3, side, 0);
      b.addFieldInt32(4, side, 0);
      break;
    }
    case Op.softmax:
      b.startObject(1);
      b.addFieldFloat32(0, 1, 0);
      return [9, b.endObject()];
    case Op.reshape:
      b.startObject(1);
      return [17, b.endObject()];
    default:
      throw new Error(`operator ${o.op} is not part of MobileNetV1`);
  }
  b.addFieldInt8(0, padding, 0);
  b.addFieldInt32(1, stride, 0);
  b.addFieldInt32(2, stride, 0);
  return [{ [Op.conv]: 1, [Op.depthwise]: 2, [Op.averagePool]: 5 }[o.op] ?? 0, b.endObject()];
}
