import type { Given } from '../ui/files.ts';

/** The photos of a folder with one sub-folder for each class, by the name of the folder that each lies in. */
export function byFolder(given: readonly Given[], outer: string): Map<string, File[]> {
  const classes = new Map<string, File[]>();
  for (const { path, file } of given) {
    if (!file || !isPhoto(file)) continue;
    const name = path.split('/').at(-2) ?? outer;
    const files = classes.get(name);
    if (files) files.push(file);
    else classes.set(name, [file]);
  }
  return classes;
}

/** Folders of photos hold other files, too; what has no type may be a photo. */
export const isPhoto = ({ type, size }: File): boolean => size > 0 && (type === '' || type.startsWith('image/'));

export const isArchive = ({ name, type }: File): boolean => /\.zip$/i.test(name) || type === 'application/zip';
