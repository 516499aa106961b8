// Picture files made by the tests: what no camera would give, and what no browser can show.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { deflateSync } from 'node:zlib';

const folder = mkdtempSync(join(tmpdir(), 'depthwise-pictures-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file for a test to drop or pick; returns its path. @param {string} name @param {Uint8Array | string} bytes */
export function file(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** CRC-32 as PNG's chunks end with (Node.js 20 has none). @param {Uint8Array} bytes */
function crc(bytes) {
  let c = ~0;
  for (const byte of bytes) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  }
  return ~c >>> 0;
}

/** @param {string} type @param {Uint8Array} data */
function chunk(type, data) {
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
