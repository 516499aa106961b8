/** The SHA-256 of bytes in hexadecimal; undefined on an insecure page, which has none. */
export async function sha256(bytes: BufferSource): Promise<string | undefined> {
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', bytes);
  return digest && Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
