// Where the library's own files are, and which models come with it.

import { show } from './check.js';
import { MobileNetError } from './errors.js';
import type { ListedModel, LoadOptions } from './mobilenet.d.ts';
import { pageUrl } from './urls.js';

/** A file of the library or of a model that comes with it. */
export interface Asset {
  url: URL;
  /** Its copy compressed by gzip, if it has one. */
  gzip?: URL;
  /** What an error says if it is not there. */
  hint?: string;
}

export interface Files {
  /** The script of the workers. */
  worker: Asset;
  /** The Go program. */
  program: Asset;
  /** The one that is fetched when it is first needed. */
  workshop: Asset;
  /** The decoder of HEIC photos and its worker's script, fetched when one comes that the browser does not read. */
  heif: Asset;
  heicWorker: Asset;
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

export const assetsHint = ". If the library's files are in another folder, name it by the option assets";

/** The URL of the folder that a caller names; undefined if they name none. */
export function assetsUrl(assets: string | URL | undefined): URL | undefined {
  if (assets === undefined) return undefined;
  const url = pageUrl(assets, 'assets');
  if (!/^(https?|file):$/.test(url.protocol)) {
    throw new MobileNetError('bad-argument', `assets ${show(assets)} is no folder`);
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
