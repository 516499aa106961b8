// Writes an ONNX model by hand: just enough protobuf for MobileNetV1 (onnx.proto, IR version 8).

/** @param {number | bigint} n */
function varint(n) {
  let rest = BigInt.asUintN(64, BigInt(n));
  const bytes = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Buffer.from(bytes);
}

/** A protobuf field of type varint. @param {number} field @param {number | bigint} n */
const number = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);

/** A length-delimited protobuf field. @param {number} field @param {string | ArrayBufferView | Buffer[]} value */
function bytes(field, value) {
  let body;
  if (Array.isArray(value)) body = Buffer.concat(value);
  else if (typeof value === 'string') body = Buffer.from(value);
  else body = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
}

export const DataType = { float: 1, uint8: 2, int32: 6 };

/** @param {string} name @param {string | number | number[]} value */
function attribute(name, value) {
  const body = [bytes(1, name)];
  if (typeof value === 'string') body.push(bytes(4, value), number(20, 3));
  else if (Array.isArray(value)) body.push(...value.map((v) => number(8, v)), number(20, 7));
  else body.push(number(3, value), number(20, 2));
  return bytes(5, body);
}

/** @param {string} name @param {number} type @param {number[]} shape */
function valueInfo(name, type, shape) {
  const dims = bytes(
    2,
    shape.map((d) => bytes(1, [number(1, d)])),
  );
  return [bytes(1, name), bytes(2, [bytes(1, [number(1, type), dims])])];
}

export class Graph {
  /** @type {Buffer[]} */
  nodes = [];
  /** @type {Buffer[]} */
  constants = [];

  /** @param {string} name @param {number} type @param {number[]} shape @param {ArrayBufferView} data */
  constant(name, type, shape, data) {
    this.constants.push(bytes(5, [...shape.map((d) => number(1, d)), number(2, type), bytes(8, name), bytes(9, data)]));
    return name;
  }

  /**
   * @param {string} operator
   * @param {string[]} inputs
   * @param {{output: string, domain?: string, attributes?: Record<string, string | number | number[]>}} options
   */
  node(operator, inputs, { output, domain, attributes = {} }) {
    const body = [...inputs.map((i) => bytes(1, i)), bytes(2, output), bytes(3, output), bytes(4, operator)];
    for (const [name, value] of Object.entries(attributes)) body.push(attribute(name, value));
    if (domain) body.push(bytes(7, domain));
    this.nodes.push(bytes(1, body));
    return output;
  }

  /**
   * @param {{name: string, type: number, shape: number[]}} input
   * @param {{name: string, type: number, shape: number[]}} output
   */
  model(input, output) {
    const graph = [
      ...this.nodes,
      bytes(2, 'mobilenet_v1'),
      ...this.constants,
      bytes(11, valueInfo(input.name, input.type, input.shape)),
      bytes(12, valueInfo(output.name, output.type, output.shape)),
    ];
    return Buffer.concat([
      number(1, 8),
      bytes(2, 'depthwise-bench'),
      bytes(7, graph),
      bytes(8, [bytes(1, ''), number(2, 17)]),
      bytes(8, [bytes(1, 'com.microsoft'), number(2, 1)]),
    ]);
  }
}
