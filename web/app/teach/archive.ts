// A project in one file, a zip: project.json, and a folder of photos for each class. Such folders zipped by other programs open too.

import { isClutter } from '../ui/files.ts';
import { ahead } from './ahead.ts';
import { cleanName, type Example, freeName, MAX_CLASSES, MAX_NAME, type Project } from './project.ts';
import { readZip, type ZipEntry, ZipWriter } from './zip.ts';

export { ZipError as ArchiveError, type ZipFault as ArchiveFault } from './zip.ts';

/** A project in a file, before it is stored. */
export interface Opened {
  name: string;
  classes: readonly { name: string; counter: boolean }[];
  /** The photos one after the other, each with the place of its class. */
  photos(): AsyncIterable<OpenedPhoto>;
  /** How many photos there are. */
  count: number;
}

export interface OpenedPhoto {
  /** The place of its class in the list. */
  class: number;
  name: string;
  /** undefined if the zip is damaged there. */
  image: Blob | undefined;
  /** It is a small JPEG that this page made: as it is, it can be an example. */
  ready: boolean;
}

/** The file project.json. */
interface Listing {
  format: typeof FORMAT;
  version: 1;
  name: string;
  classes: ListedClass[];
}

interface ListedClass {
  name: string;
  counter: boolean;
  folder: string;
  /** [name of the file in the folder, what it is called, when it came in ms since 1970] */
  examples: [file: string, name: string, added: number][];
}

const FORMAT = 'depthwise project';
const LISTING = 'project.json';
/** The most that is read of a listing, and the largest photo that may have been made here, in bytes. */
const MOST = { listing: 2 ** 24, ready: 2 ** 20 };

/** Writes a project with its photos. What is not stored any more is left out. */
export async function saveArchive(
  project: Project,
  examples: readonly Pick<Example, 'id' | 'class' | 'name' | 'added'>[],
  image: (id: string) => Promise<Blob | undefined>,
): Promise<Blob> {
  const zip = new ZipWriter();
  const folders = new Set([LISTING]);
  const classes = project.classes.map(({ id, name, counter }) => {
    const safe = safeName(name);
    let folder = safe;
    // Some systems take capitals for the same letters.
    for (let i = 2; folders.has(folder.toLowerCase()); i++) folder = `${safe} ${i}`;
    folders.add(folder.toLowerCase());
    return { id, name, counter, folder, examples: [] as ListedClass['examples'] };
  });
  for (const { id, folder, examples: listed } of classes) {
    const own = examples.filter((example) => example.class === id);
    for await (const [example, photo] of ahead(own, async (one) => [one, await image(one.id)] as const)) {
      if (!photo) continue;
      const stem = safeName(example.name.replace(/\.[^.]*$/, ''));
      const file = `${String(listed.length + 1).padStart(5, '0')} ${stem}.jpg`;
      listed.push([file, example.name, example.added]);
      await zip.add(`${folder}/${file}`, photo, new Date(example.added));
    }
  }
  const listing: Listing = {
    format: FORMAT,
    version: 1,
    name: project.name,
    classes: classes.map(({ id: _, ...listed }) => listed),
  };
  await zip.add(LISTING, new Blob([`${JSON.stringify(listing, null, 1)}\n`]), new Date(project.changed));
  return zip.end();
}

/** Opens what `saveArchive` wrote, or a zip with a folder of photos for each class. Rejects with an ArchiveError. */
export async function openArchive(file: Blob & { name?: string }): Promise<Opened> {
  const entries = (await readZip(file)).filter(({ path }) => !path.split('/').some(isClutter));
  const title = cleanName((file.name ?? '').replace(/\.zip$/i, '').replace(/\s*\(\d+\)$/, ''));
  const listed = entries.find(({ path }) => /^([^/]+\/)?project\.json$/.test(path));
  const listing = listed && (await listingOf(listed));
  const within = listing ? listed.path.slice(0, -LISTING.length) : '';
  const photos = entries.filter(({ path }) => isPhoto(path) && path.startsWith(within));
  const folders = foldersOf(
    photos.map(({ path }) => path.slice(within.length)),
    Boolean(listing),
  );

  const classes: { name: string; counter: boolean; folder: string; names: Map<string, string> }[] = [];
  const add = (name: string, counter: boolean, folder: string, examples: ListedClass['examples']) => {
    if (classes.length >= MAX_CLASSES || classes.some((one) => one.folder === folder)) return;
    const names = new Map(examples.map(([file, name]) => [file, name]));
    const taken = classes.map(({ name }) => name);
    classes.push({ name: freeName(cleanName(name) || title || '?', taken), counter, folder, names });
  };
  for (const { name, counter, folder, examples } of listing?.classes ?? []) add(name, counter, folder, examples);
  for (const folder of new Set(folders)) add(folder, false, folder, []);

  const found = photos.flatMap((entry, i) => {
    const at = classes.findIndex(({ folder }) => folder === folders[i]);
    const file = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    const name = classes[at]?.names.get(file);
    return at < 0 ? [] : [{ class: at, name: name ?? file, entry, ready: name !== undefined }];
  });
  return {
    name: listing?.name ?? title,
    classes: classes.map(({ name, counter }) => ({ name, counter })),
    count: found.length,
    photos: () => ahead(found, async ({ entry, ready, ...photo }) => ({ ...photo, ...(await read(entry, ready)) })),
  };
}

async function read(entry: ZipEntry, ready: boolean): Promise<Pick<OpenedPhoto, 'image' | 'ready'>> {
  const bytes = await entry.read().catch(() => undefined);
  if (!bytes) return { image: undefined, ready: false };
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
  return {
    image: new Blob([bytes], { type: typeOf(entry.path) }),
    ready: ready && isJpeg && bytes.length <= MOST.ready,
  };
}

/** What project.json says; undefined if it is not one of ours. */
async function listingOf(entry: ZipEntry): Promise<Listing | undefined> {
  if (entry.size > MOST.listing) return undefined;
  try {
    const listing: Partial<Listing> = JSON.parse(new TextDecoder().decode(await entry.read()));
    if (listing?.format !== FORMAT || !Array.isArray(listing.classes)) return undefined;
    const classes = listing.classes.slice(0, MAX_CLASSES).map((one: Partial<ListedClass>) => ({
      name: String(one?.name ?? ''),
      counter: one?.counter === true,
      folder: String(one?.folder ?? ''),
      examples: (Array.isArray(one?.examples) ? one.examples : [])
        .filter(Array.isArray)
        .map(([file, name, added]): ListedClass['examples'][0] => [
          String(file),
          cleanFile(String(name)),
          Number(added),
        ]),
    }));
    return { format: FORMAT, version: 1, name: cleanName(String(listing.name ?? '')), classes };
  } catch {
    return undefined;
  }
}

/** The folder of each photo that is a class: the first one below those which hold all photos; '' for photos in none. */
function foldersOf(paths: readonly string[], listed: boolean): string[] {
  let parts = paths.map((path) => path.split('/').slice(0, -1));
  const first = () => parts[0]?.[0];
  // A folder around all of them is no class, unless it is the only one.
  while (!listed && parts.length > 0 && parts.every((part) => part.length > 1 && part[0] === first()))
    parts = parts.map((part) => part.slice(1));
  return parts.map(([folder = '']) => folder);
}

const types: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  jfif: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  heic: 'image/heic',
  heif: 'image/heif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
};

const extension = (path: string) => (/\.([^./]+)$/.exec(path)?.[1] ?? '').toLowerCase();
const typeOf = (path: string) => types[extension(path)] ?? '';
const isPhoto = (path: string) => typeOf(path) !== '';

/** A file's name as it is shown. */
const cleanFile = (name: string) => name.replace(/[\p{Cc}\p{Cf}]+/gu, '').slice(0, 200);

/** A name that every system takes for a file or a folder. */
export function safeName(name: string): string {
  const short = [...cleanName(name)].slice(0, MAX_NAME / 2).join('');
  const safe = short.replace(/[<>:"/\\|?*]+/g, '_').replace(/^\.+|[. ]+$/g, '_');
  return !safe || isClutter(safe) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(safe) ? `_${safe}` : safe;
}
