import type { ErrorCode } from './mobilenet.d.ts';

export class MobileNetError extends Error {
  // Fields are defined and not assigned, which pages that freeze Error.prototype do not allow of a name.
  override readonly name: string;
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code === 'aborted' ? 'AbortError' : 'MobileNetError';
    this.code = code;
  }
}

export const aborted = (signal?: AbortSignal) =>
  new MobileNetError('aborted', 'The call was aborted.', { cause: signal?.reason });

/** Any thrown value as one of ours: others get code, their message stays. */
export function asError(error: unknown, code: ErrorCode = 'worker-failed'): MobileNetError {
  return error instanceof MobileNetError ? error : new MobileNetError(code, text(error), { cause: error });
}

/** What a thrown value says, whatever it is. */
export function text(error: unknown): string {
  try {
    return String((error as Error | undefined)?.message ?? error);
  } catch {
    return 'what was thrown is no error, and no text';
  }
}

/** What to say of pixels that another origin has not opened to this page. */
export const tainted = (cause: unknown) =>
  new MobileNetError(
    'url-refused',
    'This browser shows the picture but does not let the page read it. If it comes from another origin, its server must allow ' +
      "CORS, and the element needs crossorigin='anonymous'; an SVG must have no HTML inside (<foreignObject>).",
    { cause },
  );
