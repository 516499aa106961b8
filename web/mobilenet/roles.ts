// The two things that a worker of the library can be. All are started from one file, and told by their name.

/** Holds a model and answers requests. */
export const modelRole = 'mobilenet';

/** One more compute thread of a model's worker. */
export const threadRole = 'mobilenet thread';

export type Role = typeof modelRole | typeof threadRole;

/** Where the workers' file leaves what serves a model, if it is imported by a thread that is neither: bundlers drop its exports. */
export const serveModelKey: unique symbol = Symbol.for('mobilenet serveModel');

/** The part of a Worker that the library uses. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
  terminate(): void;
}

/** A worker's own end. */
export interface Port {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}
