import { text } from '../text/text.ts';
import { element } from './dom.ts';
import { PageError } from './problem.ts';

/** A photo that comes with the page; URLs are relative to the page. */
export interface Sample {
  name: string;
  file: string;
  /** A small square of it. */
  thumbnail: string;
  author: string;
  license: string;
  licenseUrl?: string;
}

/** The samples as JSON, which the build inlines. */
declare const SAMPLES: string;

/** Photos to try at once, the peacock first. */
export const samples: readonly [Sample, ...Sample[]] = JSON.parse(SAMPLES);

const fetched = new Map<Sample, Promise<Blob>>();
const known = new WeakMap<Blob, Sample>();

/** The photo itself, fetched once. */
export function fetchSample(sample: Sample): Promise<Blob> {
  let photo = fetched.get(sample);
  if (!photo) {
    photo = download(sample);
    fetched.set(sample, photo);
    photo.catch(() => fetched.delete(sample)); // so that it can be retried
  }
  return photo;
}

async function download(sample: Sample): Promise<Blob> {
  const response = await fetch(sample.file).catch(() => undefined);
  if (!response?.ok) throw new PageError('download-failed', `${sample.file}: ${response?.status ?? 'no answer'}`);
  const blob = await response.blob();
  known.set(blob, sample);
  return blob;
}

/** The sample that a photo is, if it is one. */
export const sampleOf = (photo: Blob): Sample | undefined => known.get(photo);

/** What a sample shows, in a word. */
export const sampleName = ({ name }: Sample): string => (text.samples.names as Record<string, string>)[name] ?? name;

/** The author and the licence of a sample, in a line. */
export const creditLine = ({ author, license }: Sample): string => `${text.samples.by(author)}, ${license}`;

/** As creditLine, with a link to the licence. */
export function credit({ author, license, licenseUrl }: Sample): (Node | string)[] {
  const terms = licenseUrl ? element('a', { href: licenseUrl, rel: 'noreferrer' }, license) : license;
  return [`${text.samples.by(author)}, `, terms];
}
