import type { Photo } from '../store/current.ts';

/** A photo that is to be opened, or to come back. */
export interface Opening {
  /** Gets it, or fails as its download does. */
  get(): Blob | Promise<Blob>;
  name: string;
  /** Where its crop lies. */
  at: string;
  /** What comes back if it fails. */
  former?: Opening;
  /** Once it is got. */
  blob?: Blob;
  /** It is in the frame, while its answers are still to come. */
  inFrame?: boolean;
  /** The photo that it is, where it had been opened before. */
  photo?: Photo;
}

/** How a photo that was opened comes back. */
export const reopening = (photo: Photo, at = ''): Opening => ({
  get: () => photo.blob,
  name: photo.name,
  at,
  blob: photo.blob,
  photo,
});
