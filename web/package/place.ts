// Where a package's files are, if not where its code says. Vite's development server moves the code of packages to a folder of its own, as
// node_modules/.vite/deps, but not the files beside it; it serves the packages' folders all the same.

import { MobileNetError } from '../mobilenet/errors.js';
import { type Asset, assetsHint } from '../mobilenet/files.js';
import { resolveUrl } from '../mobilenet/platform.js';

const movedTo = /(\/node_modules\/)\.[^?#]*\/deps[^/]*\/(assets\/[^?#]*)$/;

/** Also where Vite's folder is none of those that are known. */
const moved = ({ href }: URL) => /\/deps[^/]*\/assets\/[^?#/]*$/.test(href);

const viteHint =
  ". Vite's development server moved the library away from its files: add optimizeDeps: { exclude: ['depthwise'] } to its configuration";

const nextHint =
  ". Next.js has bundled the library for its server: add serverExternalPackages: ['depthwise', '@depthwise/mobilenet-v1'] to its configuration";

/** What an error says of a file that is not where code said. */
const hintOf = (url: URL) => (moved(url) ? viteHint : /^file:.*\/_next\//.test(url.href) ? nextHint : assetsHint);

/** The file at a path of the package by this name: in the folder assets or, without one, where `own` says. */
export function place(own: () => URL, path: string, name: string, assets?: URL): Asset {
  if (assets) return { url: new URL(path.slice(path.lastIndexOf('/') + 1), assets), hint: assetsHint };
  const url = located(own);
  return { url: placesOf(url, name)[0], hint: hintOf(url) };
}

/** Where code says that a file is. */
export function located(own: () => URL): URL {
  try {
    return resolveUrl(own().href); // Next.js gives an object like a URL that lacks an origin
  } catch (cause) {
    const why =
      'This bundle does not know where it is, so the option assets must name the folder of the library\u2019s files';
    throw new MobileNetError('download-failed', `${why}; or bundle it as an ES module.`, { cause });
  }
}

/** Where the file may be, the likeliest first: pnpm keeps what a package depends on in a folder of its own. */
export function placesOf(url: URL, name: string): [URL, ...URL[]] {
  if (!movedTo.test(url.href)) return [url];
  const at = (folder: string) => new URL(url.href.replace(movedTo, `$1${folder}${name}/$2`));
  return [at(''), at('.pnpm/node_modules/')];
}
