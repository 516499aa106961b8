import type { NewExample, Project } from './project.ts';

/** A project in a file, before it is stored. */
export interface Opened {
  /** '' if the file does not say. */
  name: string;
  classes: readonly { name: string; counter: boolean }[];
  /** The photos one after the other, by the place of their class; those of other programs may have any size and format. */
  photos: AsyncIterable<{ class: number; name: string; image: Blob }>;
  /** How many photos there are. */
  count: number;
  /** Whether this page wrote it, so that the photos are small JPEGs already. */
  own: boolean;
}

/** What is wrong with a file that should be an archive: a key of the page's texts. */
export type ArchiveFault = 'no-zip' | 'damaged' | 'too-large' | 'encrypted' | 'method' | 'no-photos';

/** Writes a project with its photos as a zip: project.json, and a folder of JPEGs for each class. */
export type SaveArchive = (
  project: Project,
  examples: readonly { id: string; class: string; name: string; added: number }[],
  image: (id: string) => Promise<Blob | undefined>,
) => Promise<Blob>;

/** Opens what `saveArchive` wrote, or a zip with a folder of photos for each class. Rejects with an ArchiveError. */
export type OpenArchive = (file: Blob) => Promise<Opened>;
