import type { Body } from './context';

/** Reads a body of at most limit bytes, and one more of a longer one, which tells the program that it is too long. */
export async function readBody(request: Request, limit: number): Promise<Body> {
  const refused = Number(request.headers.get('Content-Length') ?? 0);
  if (refused > limit) return { body: undefined, refused };
  if (!request.body) return { body: undefined, refused: 0 };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  if (length > limit) await reader.cancel();
  if (chunks.length === 1) return { body: chunks[0], refused: 0 };
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return { body, refused: 0 };
}
