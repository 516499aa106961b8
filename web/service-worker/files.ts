// The files of this version of the page. Each is cached only if it has the SHA-256 that the build recorded, so that no mixture of
// versions, no error page and no incomplete file gets in. All versions share one cache, in which each content is stored once.

import { gunzip, isGzip, prefersGzip } from '../common/gzip.ts';
import { sha256 } from '../common/sha256.ts';
import { folder, recall, remember } from '../common/storage.ts';

interface PageFile {
  path: string;
  sha256: string;
  /** Whether its name changes with its content. */
  hashed?: true;
  /** Cached when the page first requests it, not before. */
  later?: true;
  /** The server may have a compressed copy (.gz), which the library asks for. */
  packed?: true;
}

declare const FILES: string;
const files: PageFile[] = JSON.parse(FILES);
const byPath = new Map(files.map((file) => [file.path, file]));

/** Contains the folder, by which the About panel finds what to clear. */
export const cacheName = `depthwise ${folder.pathname}`;

const urlOf = (path: string) => new URL(path, folder).href;
const keyOf = ({ path, sha256, hashed }: PageFile) => (hashed ? urlOf(path) : `${urlOf(path)}?sha256=${sha256}`);

/** When a file of the page was requested to be cached, in ms since 1970: requests of which the page itself does not know. */
const requested: number[] = [];

/** How many of these requests were made at that moment, in ms since 1970, or later. */
export const requestsSince = (moment: number): number => requested.filter((time) => time >= moment).length;

const count = () => requested.push(performance.timeOrigin + performance.now());

function request(url: string, cache: RequestCache): Promise<Response> {
  count();
  return fetch(url, { cache });
}

/** Caches all that the page needs. What is cached already, from this version or the last, is not downloaded again. */
export async function fill(): Promise<void> {
  const cache = await caches.open(cacheName);
  await Promise.all(
    files.map(async (file) => {
      if (!file.later && !(await cache.match(keyOf(file)))) await cache.put(keyOf(file), await download(file));
    }),
  );
}

/** Removes what belongs neither to this version nor to the last one, of which pages may still be open. */
export async function sweep(): Promise<void> {
  const cache = await caches.open(cacheName);
  const ours = files.map(keyOf);
  const wanted = new Set([...ours, ...((await recall('files')) ?? [])]);
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
  await remember('files', ours);
}

/** A file of the page by its path in the folder, or by that of its .gz. */
export function find(path: string): PageFile | undefined {
  const plain = path.replace(/\.gz$/, '');
  const file = byPath.get(plain);
  return file && (plain === path || file.packed) ? file : undefined;
}

/** The cached response, its content decompressed. */
export async function kept(file: PageFile | string): Promise<Response | undefined> {
  if (!(await caches.has(cacheName))) return undefined; // it was cleared
  const cache = await caches.open(cacheName);
  return cache.match(typeof file === 'string' ? file : keyOf(file));
}

/** Caches a response that the page got. */
export async function keepLater(file: PageFile, response: Response): Promise<void> {
  if (!response.ok || !(await caches.has(cacheName))) return;
  const content = await checked(file, response).catch(() => undefined);
  if (content) await (await caches.open(cacheName)).put(keyOf(file), content);
}

async function download(file: PageFile): Promise<Response> {
  // What the page has just loaded is in the HTTP cache, which answers the same URL unless revalidation is asked for.
  if (file.packed) count(); // which of two it is to be, is asked of the server, too
  const url = file.packed && (await prefersGzip(urlOf(file.path))) ? `${urlOf(file.path)}.gz` : urlOf(file.path);
  if (!file.hashed) return checked(file, await request(url, 'no-cache'));
  try {
    return await checked(file, await request(url, 'force-cache'));
  } catch {
    return checked(file, await request(urlOf(file.path), 'reload'));
  }
}

/** The response as it is cached, if its content is the file's. */
async function checked({ path, sha256: expected, packed }: PageFile, response: Response): Promise<Response> {
  let bytes = await response.arrayBuffer();
  if (packed && isGzip(new Uint8Array(bytes))) {
    bytes = await new Response(gunzip(new Blob([bytes]).stream())).arrayBuffer();
  }
  const isExpected = response.ok && (await sha256(bytes)) === expected;
  if (!isExpected) throw new Error(`${path} is not the one of this version`);
  const headers = new Headers(response.headers);
  // These describe the bytes on the wire.
  for (const header of ['content-encoding', 'vary', 'transfer-encoding']) headers.delete(header);
  headers.set('content-length', String(bytes.byteLength));
  if (packed) headers.set('content-type', path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream');
  return new Response(bytes, { headers });
}
