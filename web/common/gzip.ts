// gzip, for servers that do not compress: large files have a compressed copy beside them, with .gz after their name.

/** Whether bytes begin a gzip file. The name does not tell: some servers decompress .gz files themselves. */
export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

export const gunzip = (content: ReadableStream<Uint8Array<ArrayBuffer>>) =>
  content.pipeThrough(new DecompressionStream('gzip'));

/**
 * Whether to download the compressed copy of url: not where the server itself compresses by Brotli or Zstandard, a tenth smaller than
 * gzip. Asking costs a round trip.
 */
export async function prefersGzip(url: string | URL, signal?: AbortSignal): Promise<boolean> {
  if (typeof DecompressionStream !== 'function') return false;
  const response = await fetch(url, { method: 'HEAD', signal }).catch(() => undefined);
  return !/^(br|zstd)$/.test(response?.headers.get('content-encoding') ?? '');
}
