// Where the library's own files are, and which models come with it.

import type { ListedModel, LoadOptions } from './mobilenet.d.ts';
import { pageUrl } from './urls.js';

/** A file, and where its copy compressed by gzip is, if it has one. */
export interface Asset {
  url: URL;
  gzip?: URL;
}

export interface Files {
  /** The script of the workers. */
  worker: URL;
  /** The Go program. */
  program: Asset;
  models: Catalogue;
}

export interface Catalogue {
  /** What an error calls it. */
  name: string;
  list(signal?: AbortSignal): Promise<ModelFiles[]>;
}

/** A model that comes with the library. */
export interface ModelFiles extends ListedModel {
  weights: Asset;
  /** Of the weights, in hexadecimal digits. */
  sha256: string;
  normalize?: LoadOptions['normalize'];
}

/** What errors say of a file of the library's that is not where it is looked for. */
export const assetsHint = ". If the library's files are in another folder, name it by the option assets";

/** A file of a host that may compress nothing: a compressed copy is beside it. */
export function withGzip(url: URL): Asset {
  const gzip = new URL(url);
  gzip.pathname += '.gz';
  return { url, gzip };
}

/** The URL of the folder that a caller names; undefined if they name none. */
export function assetsUrl(assets: string | URL | undefined): URL | undefined {
  if (assets === undefined) return undefined;
  const url = pageUrl(assets, 'assets');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
