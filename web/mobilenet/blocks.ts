/** Bytes read at once. */
const block = 256 * 1024;

/** Random access to a file, which is read a block at a time. */
export class Blocks {
  readonly size: number;
  #blob: Blob;
  #from = 0;
  #bytes = new ArrayBuffer(0);

  constructor(blob: Blob) {
    this.#blob = blob;
    this.size = blob.size;
  }

  /** The bytes from an offset on: at least length, unless the file ends before. A promise only where the file must be read. */
  at(offset: number, length: number): DataView | Promise<DataView> {
    const at = offset - this.#from;
    if (at >= 0 && at + length <= this.#bytes.byteLength) return new DataView(this.#bytes, at);
    return this.#read(offset);
  }

  async #read(offset: number): Promise<DataView> {
    this.#bytes = await this.#blob.slice(offset, offset + block).arrayBuffer();
    this.#from = offset;
    return new DataView(this.#bytes);
  }
}
