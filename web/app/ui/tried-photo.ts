// The photo that models are tried on: the current one, or a sample.

import { current } from '../store/current.ts';
import { shortName } from './format.ts';
import { fetchSample, sampleName, samples } from './samples.ts';

/** Its name. */
export const triedPhoto = (): string => shortName(current.get()?.name ?? sampleName(samples[0]), 32);

/** Its file. */
export const triedFile = async (): Promise<Blob> => current.get()?.blob ?? (await fetchSample(samples[0]));
