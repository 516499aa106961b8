import type { ErrorCode } from './mobilenet.d.ts';

export class MobileNetError extends Error {
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

/** What a thrown value says. */
export const text = (error: unknown) => String((error as Error | undefined)?.message ?? error);

/** What to say of pixels that another origin has not opened to this page. */
export const tainted = (cause: unknown) =>
  new MobileNetError(
    'url-refused',
    "The picture comes from another origin that lets pages show it but not read it; its server must allow CORS, and the element needs crossorigin='anonymous'.",
    { cause },
  );
