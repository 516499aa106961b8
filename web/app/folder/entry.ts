import type { Prediction } from '../../mobilenet/mobilenet.js';

/** A file of the folder and what became of it. It holds a reference to the file and a small picture, never the picture. */
export interface Entry {
  /** Its place in the order of arrival, from 0. */
  order: number;
  /** With the folders it lies in, as far as the browser tells. */
  path: string;
  file: File | undefined;
  /** What the network saw, once it has looked. */
  found?: Found;
  /** Why it could not look. */
  failure?: Failure;
}

/** An entry that the network has looked at. */
export type Seen = Entry & { found: Found };

export interface Found {
  /** The five best; none if the model names nothing. */
  predictions: Prediction[];
  /** [channels of the last layer]; its length beside it, so that likeness costs one product. */
  embedding: Float32Array;
  norm: number;
  thumbnail: Blob;
  by: Look;
}

/** What it was looked at with: only answers of one model and look can be compared. */
export interface Look {
  model: string;
  crop: string;
  views: number;
}

export interface Failure {
  code: string;
  /** In the program's own words. */
  message: string;
  /** The picture's, if that is what is wrong. */
  format?: string;
}

export const isSeen = (entry: Entry): entry is Seen => entry.found !== undefined;

/** The best answer's name; '' without one. */
export const labelOf = ({ found }: Entry): string => found?.predictions[0]?.label ?? '';

/** The best answer's probability; 0 without one. */
export const confidenceOf = ({ found }: Entry): number => found?.predictions[0]?.probability ?? 0;

/** The last part of the path. */
export const nameOf = ({ path }: Entry): string => path.slice(path.lastIndexOf('/') + 1);

export const sameLook = (a: Look, b: Look): boolean => a.model === b.model && a.crop === b.crop && a.views === b.views;
