// Where a package's files are, if not where its code says. Vite's development server moves the code of packages to a folder of its own, as
// node_modules/.vite/deps, but not the files beside it; it serves the packages' folders all the same.

import { type Asset, assetsHint } from '../mobilenet/files.js';
import { baseUrl } from '../mobilenet/platform.js';

const moved = /(\/node_modules\/)\.[^?#]*\/deps[^/]*\/(assets\/[^?#]*)$/;

const viteHint =
  ". Vite's development server moved the library away from its files: add optimizeDeps: { exclude: ['depthwise'] } to its configuration";

/** The file at a path of the package by this name: in the folder assets or, without one, where url leads to. */
export function place(url: URL, path: string, name: string, assets?: URL): Asset {
  if (assets) return { url: new URL(path.slice(path.lastIndexOf('/') + 1), assets), hint: assetsHint };
  const [first] = placesOf(url, name);
  return { url: first, hint: moved.test(url.href) ? viteHint : assetsHint };
}

/** Where the file may be, the likeliest first: pnpm keeps what a package depends on in a folder of its own. */
export function placesOf(found: URL, name: string): [URL, ...URL[]] {
  // Next.js gives an object like a URL that lacks an origin.
  const url = new URL(found.href, baseUrl());
  const folders = ['', '.pnpm/node_modules/'].map((folder) => `$1${folder}${name}/$2`);
  const [first, ...others] = folders.map((to) => new URL(url.href.replace(moved, to)));
  return moved.test(url.href) ? [first as URL, ...others] : [url];
}
