// Zip files, as far as an archive of photos needs them: stored or deflated, up to 4 GB, not encrypted. After PKWARE's APPNOTE 6.3.

/** Why a file is refused. */
export type ZipFault = 'no-zip' | 'damaged' | 'too-large' | 'encrypted' | 'method' | 'unsafe';

export class ZipError extends Error {
  constructor(
    readonly fault: ZipFault,
    message: string,
  ) {
    super(message);
  }
}

/** A file in a zip. */
export interface ZipEntry {
  /** With slashes, no part of it being "..". */
  path: string;
  /** In bytes, unpacked. */
  size: number;
  /** Its bytes. Rejects with a ZipError if they are not what the zip says. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bounds on what a zip may hold: more than photos need, and little enough for any device. */
const MOST = { entries: 50_000, directory: 2 ** 25, file: 2 ** 26, together: 2 ** 33 };

/** The most that a file's own header may be longer than the directory's. */
const SLACK = 4096;

const SIGNATURE = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const SIZE = { local: 30, central: 46, end: 22 };
const STORED = 0;
const DEFLATED = 8;
const UTF8 = 1 << 11;
/** How many times smaller than itself deflate makes a file at most. */
const DEFLATES = 1032;

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** How many files are put together into one part of the zip, so that there are not too many. */
const GROUP = 256;

/** Writes files one after the other; no more than one is held in memory beside what the browser does with Blobs. */
export class ZipWriter {
  #whole: Blob[] = [];
  #parts: BlobPart[] = [];
  #directory: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  /** Adds a file; the path has slashes. */
  async add(path: string, file: Blob, date: Date): Promise<void> {
    const name = new TextEncoder().encode(path);
    const crc = crc32(new Uint8Array(await file.arrayBuffer()));
    // What both of a file's headers have in common.
    const common = new DataView(new ArrayBuffer(26));
    common.setUint16(0, 20, true); // the version of zip that is needed, 2.0
    common.setUint16(2, UTF8, true);
    common.setUint16(4, STORED, true);
    common.setUint16(6, (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1), true);
    const year = Math.min(127, Math.max(0, date.getFullYear() - 1980));
    common.setUint16(8, (year << 9) | ((date.getMonth() + 1) << 5) | date.getDate(), true);
    common.setUint32(10, crc, true);
    common.setUint32(14, file.size, true);
    common.setUint32(18, file.size, true);
    common.setUint16(22, name.length, true);

    const central = new Uint8Array(SIZE.central + name.length);
    const view = new DataView(central.buffer);
    view.setUint32(0, SIGNATURE.central, true);
    view.setUint16(4, 20, true);
    central.set(new Uint8Array(common.buffer), 6);
    view.setUint32(42, this.#size, true);
    central.set(name, SIZE.central);
    this.#directory.push(central);

    const local = new Uint8Array(4);
    new DataView(local.buffer).setUint32(0, SIGNATURE.local, true);
    this.#parts.push(local, common, name, file);
    this.#size += SIZE.local + name.length + file.size;
    if (this.#size >= 0xffffffff || this.#directory.length >= 0xffff)
      throw new ZipError('too-large', 'A zip holds at most 4 GB and 65,534 files.');
    if (this.#directory.length % GROUP === 0) this.#group();
  }

  end(): Blob {
    this.#group();
    const size = this.#directory.reduce((sum, { length }) => sum + length, 0);
    const end = new DataView(new ArrayBuffer(SIZE.end));
    end.setUint32(0, SIGNATURE.end, true);
    end.setUint16(8, this.#directory.length, true);
    end.setUint16(10, this.#directory.length, true);
    end.setUint32(12, size, true);
    end.setUint32(16, this.#size, true);
    return new Blob([...this.#whole, ...this.#directory, end], { type: 'application/zip' });
  }

  #group(): void {
    this.#whole.push(new Blob(this.#parts));
    this.#parts = [];
  }
}

/** What the directory of a zip says of a file. */
interface Entry {
  path: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  offset: number;
  /** Bytes that its local header takes at least, with the name. */
  header: number;
}

/** The files in a zip. Rejects with a ZipError where it is none, or one that is better left alone. */
export async function readZip(file: Blob): Promise<ZipEntry[]> {
  const { entries, start } = await directory(file);
  let after = 0;
  let together = 0;
  for (const { path, flags, method, packed, size, offset, header } of [...entries].sort(
    (a, b) => a.offset - b.offset,
  )) {
    if (flags & 1) throw new ZipError('encrypted', `“${path}” is encrypted.`);
    if (method !== STORED && method !== DEFLATED)
      throw new ZipError('method', `“${path}” is packed by method ${method}.`);
    // Files that lie in one another make a small zip unpack to a huge one.
    if (offset < after || offset + header + packed > start) throw damaged(`“${path}” lies outside its place`);
    after = offset + header + packed;
    if (method === STORED ? size !== packed : size > packed * DEFLATES + DEFLATES)
      throw damaged(`“${path}” cannot be ${size} bytes`);
    together += size;
    if (size > MOST.file || together > MOST.together)
      throw new ZipError('too-large', `It unpacks to ${together} bytes.`);
    if (path.split('/').includes('..') || /^(\/|[a-z]:)/i.test(path))
      throw new ZipError('unsafe', `“${path}” leads outside the zip.`);
  }
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  return files.map((entry) => ({ path: entry.path, size: entry.size, read: () => unpack(file, entry, start) }));
}

const damaged = (why: string) => new ZipError('damaged', `The zip is damaged or cut: ${why}.`);

async function bytesOf(file: Blob, from: number, to: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await file.slice(from, to).arrayBuffer());
}

/** The end of a zip says where its directory lies, and may be followed by a comment. */
async function directory(file: Blob): Promise<{ entries: Entry[]; start: number }> {
  const head = await bytesOf(file, 0, 4);
  const tail = await bytesOf(file, Math.max(0, file.size - SIZE.end - 0xffff), file.size);
  let at = tail.byteLength - SIZE.end;
  while (
    at >= 0 &&
    !(tail.getUint32(at, true) === SIGNATURE.end && at + SIZE.end + tail.getUint16(at + 20, true) === tail.byteLength)
  )
    at--;
  if (at < 0) {
    const begun = head.byteLength === 4 && head.getUint32(0, true) === SIGNATURE.local;
    throw begun ? damaged('its end is missing') : new ZipError('no-zip', 'The file is no zip.');
  }
  const count = tail.getUint16(at + 10, true);
  const size = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff)
    throw new ZipError('too-large', 'The zip is in the format for more than 4 GB or 65,534 files (zip64).');
  if (count > MOST.entries || size > MOST.directory) throw new ZipError('too-large', `It has ${count} files.`);
  const end = file.size - tail.byteLength + at;
  if (tail.getUint16(at + 4, true) !== 0 || tail.getUint16(at + 8, true) !== count)
    throw damaged('it is one of several parts');
  if (start + size !== end) throw damaged('its directory is not where it should be');
  return { entries: entriesOf(await bytesOf(file, start, end), count), start };
}

function entriesOf(view: DataView<ArrayBuffer>, count: number): Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + SIZE.central > view.byteLength || view.getUint32(at, true) !== SIGNATURE.central)
      throw damaged('its directory ends too soon');
    const length = view.getUint16(at + 28, true);
    const name = at + SIZE.central;
    const next = name + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw damaged('its directory ends too soon');
    const entry = {
      path: pathOf(new Uint8Array(view.buffer, name, length)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
      header: SIZE.local + length,
    };
    if ([entry.packed, entry.size, entry.offset].includes(0xffffffff))
      throw new ZipError('too-large', `“${entry.path}” is in the format for more than 4 GB (zip64).`);
    entries.push(entry);
    at = next;
  }
  if (at !== view.byteLength) throw damaged('its directory has more files than it says');
  return entries;
}

/** Names are UTF-8 nearly always, whatever the flag says; Windows writes backslashes sometimes. */
const pathOf = (name: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(name).replaceAll('\\', '/');

async function unpack(file: Blob, entry: Entry, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const { path, offset, header, method, packed, size, crc } = entry;
  // The header may have a few bytes more than the directory says.
  const local = await bytesOf(file, offset, Math.min(end, offset + header + SLACK + packed));
  if (local.byteLength < SIZE.local || local.getUint32(0, true) !== SIGNATURE.local)
    throw damaged(`“${path}” is not there`);
  const from = SIZE.local + local.getUint16(26, true) + local.getUint16(28, true);
  if (from > header + SLACK || from + packed > local.byteLength) throw damaged(`“${path}” is cut`);
  const data = new Uint8Array(local.buffer, from, packed);
  const bytes = method === STORED ? data : await inflate(data, size, path);
  if (bytes.length !== size || crc32(bytes) !== crc) throw damaged(`“${path}” has other bytes than it should`);
  return bytes;
}

/** Unpacks no more bytes than there should be. */
async function inflate(data: Uint8Array<ArrayBuffer>, size: number, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let length = 0;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    reader = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return bytes.subarray(0, length);
      if (length + value.length > size) break;
      bytes.set(value, length);
      length += value.length;
    }
  } catch {
    throw damaged(`“${path}” cannot be unpacked`);
  }
  void reader.cancel().catch(() => {});
  throw damaged(`“${path}” is larger than it says`);
}
