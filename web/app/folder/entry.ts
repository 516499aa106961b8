import type { ErrorDetails, Prediction } from '../../mobilenet/mobilenet.js';
import { imagenet, type Meaning } from '../store/imagenet.ts';

/** A file of the folder and its result. It holds a reference to the file and a thumbnail, never the full image. */
export interface Entry {
  /** Its place in the order of arrival, from 0. */
  order: number;
  /** With the folders it lies in, as far as the browser tells. */
  path: string;
  file: File | undefined;
  /** Once it is classified. */
  result?: Result;
  /** Why it could not be classified. */
  failure?: Failure;
}

/** An entry with a result. */
export type Classified = Entry & { result: Result };

export interface Result {
  /** The five best; none if the model has no classifier. */
  predictions: Prediction[];
  /** The photo shows none of the classes; undefined if the model cannot tell. */
  noneOfThese: boolean | undefined;
  /** How many outputs the model has. */
  outputs: number;
  /** [channels of the last layer]; its norm is kept, so that a comparison costs one dot product. */
  embedding: Float32Array;
  norm: number;
  thumbnail: Blob;
  by: Settings;
}

/** How it was classified: only results of the same model and settings are comparable. */
export interface Settings {
  model: string;
  crop: string;
  views: number;
}

export interface Failure {
  code: string;
  /** The error's own message. */
  message: string;
  /** The image format, if that is the cause. */
  format?: string;
  /** The image's size, if that is the cause and known. */
  size?: ErrorDetails['size'];
}

export const isClassified = (entry: Entry): entry is Classified => entry.result !== undefined;

/** The best answer's name; '' without one. */
export const labelOf = ({ result }: Entry): string => result?.predictions[0]?.label ?? '';

/** What the best answer means, if it is one of ImageNet's classes, and those are known. */
export const meaningOf = ({ result }: Entry): Meaning | undefined => {
  const best = result?.predictions[0];
  return best && imagenet.meaningOf(best, result.outputs);
};

/** The best answer's probability; 0 without one. */
export const confidenceOf = ({ result }: Entry): number => result?.predictions[0]?.probability ?? 0;

/** The last part of the path. */
export const nameOf = ({ path }: Entry): string => path.slice(path.lastIndexOf('/') + 1);

export const sameSettings = (a: Settings, b: Settings): boolean =>
  a.model === b.model && a.crop === b.crop && a.views === b.views;
