import { type CameraChoice, CameraError, type CameraProblem, closeCamera, openCamera } from './source.ts';

/** The camera goes off when the page was hidden for so many ms. */
const HIDDEN_LIMIT = 30_000;

/** What a session reports. */
export interface SessionEvents {
  /** There is no camera (any more). The session may still have to be closed. */
  lost(why: CameraProblem): void;
  /** The camera sends no image for now, or sends one again. */
  muted?(on: boolean): void;
  /** A camera was plugged in or out. */
  devices?(): void;
  /** The page is being left. */
  left(): void;
}

/** The camera from switching on to switching off: its stream, and what ends or interrupts it. */
export class CameraSession {
  #choice: CameraChoice;
  #stream: MediaStream | undefined;
  #lifetime = new AbortController();

  constructor(readonly events: SessionEvents) {}

  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  get deviceId(): string | undefined {
    return this.#settings?.deviceId;
  }

  /** Which way the camera faces, where that is known. */
  get facing(): string | undefined {
    return this.#settings?.facingMode;
  }

  get #settings(): MediaTrackSettings | undefined {
    return this.#stream?.getVideoTracks()[0]?.getSettings();
  }

  /** Switches a camera on, in place of the one before, and plays it. True once it plays; a failure is reported as lost. */
  async open(
    play: (stream: MediaStream, signal: AbortSignal) => Promise<void>,
    choice = this.#choice,
  ): Promise<boolean> {
    this.close();
    this.#choice = choice;
    const { signal } = this.#lifetime;
    try {
      const stream = await openCamera(choice);
      if (signal.aborted) closeCamera(stream);
      signal.throwIfAborted();
      this.#stream = stream;
      this.#watch(stream, signal);
      await play(stream, signal);
      return !signal.aborted;
    } catch (error) {
      if (!signal.aborted) this.events.lost(error instanceof CameraError ? error.code : 'unknown');
      return false;
    }
  }

  /** Releases the camera: its light goes off. */
  close(): void {
    this.#lifetime.abort();
    this.#lifetime = new AbortController();
    if (this.#stream) closeCamera(this.#stream);
    this.#stream = undefined;
  }

  #watch(stream: MediaStream, signal: AbortSignal): void {
    const { events } = this;
    for (const track of stream.getVideoTracks()) {
      track.addEventListener('ended', () => events.lost('ended'), { signal });
      for (const type of ['mute', 'unmute'])
        track.addEventListener(type, () => events.muted?.(track.muted), { signal });
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watchVisibility = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => events.lost('away'), HIDDEN_LIMIT);
    };
    watchVisibility(); // it may have been hidden while the browser asked for permission
    document.addEventListener('visibilitychange', watchVisibility, { signal });
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    addEventListener('pagehide', () => events.left(), { signal });
    navigator.mediaDevices.addEventListener('devicechange', () => events.devices?.(), { signal });
  }
}
