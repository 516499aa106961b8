// Picture files made by the tests: what no camera would give, and what no browser can show.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';

const folder = mkdtempSync(join(tmpdir(), 'depthwise-pictures-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file for a test to drop or pick; returns its path. @param {string} name @param {Uint8Array | string} bytes */
export function file(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** What a byte does to a CRC-32. */
const crcs = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = (byte >>> 1) ^ (byte & 1 ? 0xedb88320 : 0);
  return byte;
});

/** CRC-32 as PNG's chunks end with (Node.js 20 has none). @param {Uint8Array} bytes */
function crc(bytes) {
  let c = ~0;
  for (const byte of bytes) c = (c >>> 8) ^ crcs[(c ^ byte) & 255];
  return ~c >>> 0;
}

/** A chunk of a PNG. @param {string} type @param {Uint8Array} data */
export function chunk(type, data) {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/**
 * A PNG of one byte a pixel (grey), one bit, or three bytes.
 * @param {number} width
 * @param {number} height
 * @param {{bits?: 1 | 8, pixel?: (x: number, y: number) => number, rgb?: Uint8Array}} [options] without pixel it is black
 */
export function png(width, height, { bits = 8, pixel, rgb } = {}) {
  const stride = 1 + (rgb ? 3 * width : Math.ceil((width * bits) / 8)); // each row starts with its filter's number, 0: none
  const rows = Buffer.alloc(stride * height);
  if (rgb) for (let y = 0; y < height; y++) rows.set(rgb.subarray(3 * width * y, 3 * width * (y + 1)), y * stride + 1);
  if (pixel) for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * stride + 1 + x] = pixel(x, y);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = bits;
  head[9] = rgb ? 2 : 0; // the colour type
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** So many bytes of noise, the same every time. @param {number} length */
export const noise = (length) => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);

/** A JPEG file's bytes with an EXIF orientation (1..8) written in. @param {Uint8Array} jpeg @param {number} orientation */
export function withOrientation(jpeg, orientation) {
  const tiff = Buffer.alloc(26);
  tiff.write('MM', 0, 'latin1'); // big-endian
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4); // where the first directory stands
  tiff.writeUInt16BE(1, 8); // its number of entries
  tiff.writeUInt16BE(0x0112, 10); // Orientation
  tiff.writeUInt16BE(3, 12); // a 16-bit number
  tiff.writeUInt32BE(1, 14); // one of it
  tiff.writeUInt16BE(orientation, 18);
  const head = Buffer.from([0xff, 0xe1, 0, 2 + 6 + tiff.length]); // APP1 and its length
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from('Exif\0\0', 'latin1'), tiff, jpeg.subarray(2)]);
}

/**
 * A BMP of 24 bits a pixel.
 * @param {number} width
 * @param {number} height
 * @param {Uint8ClampedArray | Uint8Array} rgba from the top left
 */
export function bmp(width, height, rgba) {
  const stride = Math.ceil((3 * width) / 4) * 4;
  const bytes = Buffer.alloc(54 + stride * height);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10); // where the pixels start
  bytes.writeUInt32LE(40, 14); // size of what follows
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(-height, 22); // from the top down
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = rgba.subarray(4 * (y * width + x));
      bytes.set([b, g, r], 54 + y * stride + 3 * x);
    }
  }
  return bytes;
}

/**
 * An animated GIF of 6 colours a channel: the picture, and then a black one.
 * @param {number} width
 * @param {number} height
 * @param {Uint8ClampedArray | Uint8Array} rgba from the top left
 */
export function gif(width, height, rgba) {
  const size = Buffer.from([width & 255, width >> 8, height & 255, height >> 8]);
  const palette = Buffer.alloc(3 * 256);
  for (let i = 0; i < 216; i++)
    palette.set([51 * Math.floor(i / 36), 51 * (Math.floor(i / 6) % 6), 51 * (i % 6)], 3 * i);
  /** @param {(i: number) => number} colour */
  const frame = (colour) => {
    // Codes of 9 bits, nothing compressed: the table is cleared before it would grow to 10.
    const codes = [];
    for (let i = 0; i < width * height; i++) {
      if (i % 250 === 0) codes.push(256);
      codes.push(colour(i));
    }
    codes.push(257);
    const bytes = Buffer.alloc(Math.ceil((9 * codes.length) / 8));
    codes.forEach((code, i) => {
      for (let bit = 0; bit < 9; bit++) bytes[(9 * i + bit) >> 3] |= ((code >> bit) & 1) << ((9 * i + bit) & 7);
    });
    const blocks = [];
    for (let at = 0; at < bytes.length; at += 255) {
      const block = bytes.subarray(at, at + 255);
      blocks.push(Buffer.from([block.length]), block);
    }
    const delay = Buffer.from([0x21, 0xf9, 4, 0, 50, 0, 0, 0]);
    return Buffer.concat([
      delay,
      Buffer.from([0x2c, 0, 0, 0, 0]),
      size,
      Buffer.from([0, 8]),
      ...blocks,
      Buffer.from([0]),
    ]);
  };
  const step = (/** @type {number} */ value) => Math.round(value / 51);
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    size,
    Buffer.from([0xf7, 0, 0]),
    palette,
    frame((i) => 36 * step(rgba[4 * i]) + 6 * step(rgba[4 * i + 1]) + step(rgba[4 * i + 2])),
    frame(() => 0),
    Buffer.from([0x3b]),
  ]);
}

/** Reads a PNG of 8-bit RGB, not interlaced. @param {Buffer} bytes */
export function readPng(bytes) {
  /** @type {Buffer[]} */
  const parts = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) !== 'IDAT') continue;
    parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const [wide, high] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (bytes[24] !== 8 || bytes[25] !== 2 || bytes[28] !== 0) throw new Error('a PNG that is not plain RGB');
  const data = inflateSync(Buffer.concat(parts));
  const stride = 3 * wide;
  const pixels = Buffer.alloc(stride * high);
  for (let y = 0; y < high; y++) {
    const row = y * stride;
    const filter = data[row + y];
    for (let i = 0; i < stride; i++) {
      const left = i < 3 ? 0 : pixels[row + i - 3];
      const above = y === 0 ? 0 : pixels[row - stride + i];
      const corner = i < 3 || y === 0 ? 0 : pixels[row - stride + i - 3];
      pixels[row + i] = data[row + y + 1 + i] + guess(filter, left, above, corner);
    }
  }
  return {
    width: wide,
    height: high,
    at: (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ channel) =>
      pixels[y * stride + 3 * x + channel],
  };
}

/** What a filter takes a byte for, by those to the left, above, and above to the left. @param {number} filter @param {number} a @param {number} b @param {number} c */
function guess(filter, a, b, c) {
  if (filter === 0) return 0;
  if (filter === 1) return a;
  if (filter === 2) return b;
  if (filter === 3) return (a + b) >> 1;
  return paeth(a, b, c);
}

/** The neighbour that is nearest to a + b - c. @param {number} a @param {number} b @param {number} c */
function paeth(a, b, c) {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return da <= db && da <= dc ? a : db <= dc ? b : c;
}
