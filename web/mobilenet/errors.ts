import type { ErrorCode, ErrorDetails } from './mobilenet.d.ts';

export class MobileNetError extends Error {
  // Declared fields are defined, not assigned: a page that freezes Error.prototype does not allow the name to be assigned.
  override readonly name: string;
  readonly code: ErrorCode;
  readonly size: ErrorDetails['size'];

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & ErrorDetails) {
    super(message, options);
    this.name = code === 'aborted' ? 'AbortError' : 'MobileNetError';
    this.code = code;
    this.size = options?.size;
  }
}

export const aborted = (signal?: AbortSignal) =>
  new MobileNetError('aborted', 'The call was aborted.', { cause: signal?.reason });

/** A thrown value as a MobileNetError; any other error gets code and keeps its message. */
export function asError(error: unknown, code: ErrorCode = 'worker-failed'): MobileNetError {
  return error instanceof MobileNetError ? error : new MobileNetError(code, text(error), { cause: error });
}

/** The message of a thrown value, whatever it is. */
export function text(error: unknown): string {
  try {
    return String((error as Error | undefined)?.message ?? error);
  } catch {
    return 'what was thrown is no error, and no text';
  }
}

/** The error for pixels of another origin, which has not opened them to this page. */
export const tainted = (cause: unknown) =>
  new MobileNetError(
    'url-refused',
    'This browser shows the picture but does not let the page read it. If it comes from another origin, its server must allow ' +
      "CORS, and the element needs crossorigin='anonymous'; an SVG must have no HTML inside (<foreignObject>).",
    { cause },
  );
