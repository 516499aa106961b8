import type { Body } from './context';

/**
 * Reads a body and keeps it, if it has no more than limit bytes. A longer one is read to its end all the same: a client whose
 * connection is closed while it sends sees no answer.
 */
export async function readBody(request: Request, limit: number): Promise<Body> {
  if (!request.body) return { body: undefined, refused: 0 };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length <= limit) chunks.push(value);
    else chunks.length = 0;
  }
  if (length > limit) return { body: undefined, refused: length };
  if (chunks.length === 1) return { body: chunks[0], refused: 0 };
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return { body, refused: 0 };
}
