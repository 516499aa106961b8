// A model or a list of labels as bytes, of which no more are read than it can have.

import { asError, MobileNetError, text } from './errors.js';
import type { ErrorCode } from './mobilenet.d.ts';

export type Content = ReadableStream<Uint8Array<ArrayBuffer>>;

/** No model has so many bytes, but a compressed file that would fill the memory has. */
const byteLimit = 2 ** 27;

/** Refuses a file that would take more memory than any model needs. */
export function checkSize(name: string, size: number): void {
  if (size <= byteLimit) return;
  const [has, most] = [Math.ceil(size / 1e6), Math.floor(byteLimit / 1e6)];
  throw new MobileNetError('model-unsupported', `${name} has at least ${has} MB; up to ${most} MB can be read here.`);
}

/** All bytes of a stream, `size` if that is given. */
export async function readBytes(
  content: Content,
  name: string,
  corrupt: ErrorCode,
  size?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const unexpected = (length: number | string) =>
    new MobileNetError(corrupt, `${name} has ${length} bytes where ${size} are expected: cut, or another file.`);
  const reader = content.getReader();
  try {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      chunks.push(chunk.value);
      length += chunk.value.length;
      if (size !== undefined && length > size) throw unexpected('more');
      checkSize(name, length);
    }
    if (size !== undefined && length < size) throw unexpected(length);
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  } catch (error) {
    reader.cancel().catch(() => {});
    throw asError(error instanceof MobileNetError ? error : `${name} is damaged: ${text(error)}`, corrupt);
  }
}
