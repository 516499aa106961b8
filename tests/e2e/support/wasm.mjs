// Changes a WebAssembly module's bytes, for tests of what no browser does on request.

/** Bytes of an unsigned LEB128 number. @param {number} n @returns {number[]} */
const leb = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)]);

/** @param {Uint8Array} bytes @param {number} at @returns {[number, number]} the number and where it ends */
function readLeb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

/** The section that says how much memory the module has. */
const memorySection = 5;

/**
 * The module, whose one memory may grow by so many pages of 64 KiB and no more, as on a machine that has none left.
 * @param {Buffer} module
 * @param {number} more
 */
export function withLimit(module, more) {
  for (let at = 8; at < module.length; ) {
    const [size, start] = readLeb(module, at + 1);
    if (module[at] === memorySection) {
      const [pages] = readLeb(module, start + 2); // after the number of memories and the flags
      const content = [1, 1, ...leb(pages), ...leb(pages + more)]; // one memory, with a maximum
      const section = Buffer.from([memorySection, ...leb(content.length), ...content]);
      return Buffer.concat([module.subarray(0, at), section, module.subarray(start + size)]);
    }
    at = start + size;
  }
  throw new Error('a module without memory');
}
