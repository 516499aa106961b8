// Dropped or chosen files with their paths; folders are opened at any depth.

/** A file, or undefined where it could not be opened. */
export interface Given {
  path: string;
  file: File | undefined;
}

/** What operating systems put into folders and zips beside the photos, by the name of a file or a folder. */
export const isClutter = (name: string): boolean => /^(\.|__MACOSX$|thumbs\.db$|desktop\.ini$)/i.test(name);

const { compare } = new Intl.Collator(undefined, { numeric: true });

/** The files that an input gives, in the order of their names within folders. */
export function filesOf(files: Iterable<File>): Given[] {
  return [...files]
    .filter(({ name, webkitRelativePath: path }) => !(path || name).split('/').some(isClutter))
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .sort((a, b) => compare(a.path, b.path));
}

/** Opens entries, folders too, and calls give for each folder's files. */
export async function walk(
  entries: FileSystemEntry[],
  give: (found: Given[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const sorted = entries.filter(({ name }) => !isClutter(name)).sort((a, b) => compare(a.name, b.name));
  const files = await Promise.all(
    sorted.filter(({ isFile }) => isFile).map((entry) => open(entry as FileSystemFileEntry)),
  );
  if (signal.aborted) return;
  if (files.length > 0) give(files);
  for (const entry of sorted) {
    if (!entry.isDirectory) continue;
    const inside = await list(entry as FileSystemDirectoryEntry).catch(() => undefined);
    if (signal.aborted) return;
    if (inside) await walk(inside, give, signal);
    else give([{ path: pathOf(entry), file: undefined }]);
  }
}

const pathOf = (entry: FileSystemEntry) => entry.fullPath.replace(/^\//, '');

function open(entry: FileSystemFileEntry): Promise<Given> {
  const path = pathOf(entry);
  return new Promise((resolve) => {
    entry.file(
      (file) => resolve({ path, file }),
      () => resolve({ path, file: undefined }),
    );
  });
}

async function list(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // It returns a batch at a time, and an empty one at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
