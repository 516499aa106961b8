/** How much is read at once. */
const block = 256 * 1024;

/** Reads a file a block at a time, wherever somebody looks. */
export class Blocks {
  readonly size: number;
  #blob: Blob;
  #from = 0;
  #bytes = new ArrayBuffer(0);

  constructor(blob: Blob) {
    this.#blob = blob;
    this.size = blob.size;
  }

  /** The bytes from a place on, at least so many unless the file ends before. Only what is not there yet must be waited for. */
  at(place: number, length: number): DataView | Promise<DataView> {
    const here = place - this.#from;
    if (here >= 0 && here + length <= this.#bytes.byteLength) return new DataView(this.#bytes, here);
    return this.#read(place);
  }

  async #read(place: number): Promise<DataView> {
    this.#bytes = await this.#blob.slice(place, place + block).arrayBuffer();
    this.#from = place;
    return new DataView(this.#bytes);
  }
}
