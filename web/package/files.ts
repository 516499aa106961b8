// The files of the npm package. Each is named in the one form that bundlers look for, so that they copy it: a URL of this module and a
// text. web/build puts the texts in.

import type { Asset, Catalogue, Files, ModelFiles } from '../mobilenet/files.js';
import type { PackagedModel } from './mobilenet-v1/index.d.ts';
import { unmoved } from './unmoved.js';

declare const WORKER_FILE: string;
declare const WASM_FILE: string;
declare const WASM_GZIP_FILE: string;

/** The files of this package, or all in the folder assets, with the models that come with it. */
export const packageFiles =
  (...models: PackagedModel[]) =>
  (assets?: URL): Files => ({
    worker: within(assets, new URL(WORKER_FILE, import.meta.url), WORKER_FILE),
    program: {
      url: within(assets, new URL(WASM_FILE, import.meta.url), WASM_FILE),
      gzip: within(assets, new URL(WASM_GZIP_FILE, import.meta.url), WASM_GZIP_FILE),
    },
    models: catalogueOf(models, assets),
  });

/** The URL of a file in the folder assets or, without one, where the bundler has put it. */
const within = (assets: URL | undefined, url: URL, path: string, name = 'depthwise'): URL =>
  assets ? new URL(path.slice(path.lastIndexOf('/') + 1), assets) : unmoved(url, name);

/** The models of packages, each of which says where its files are. */
export function catalogueOf(models: PackagedModel[], assets?: URL): Catalogue {
  const read = ({ package: from, urls, files, ...model }: PackagedModel): ModelFiles => {
    const { weights, weightsGzip, labels } = urls();
    const place = (url: URL, file: string) => within(assets, url, file, from);
    const asset: Asset = { url: place(weights, files.weights), gzip: place(weightsGzip, files.weightsGzip) };
    return { ...model, labels: place(labels, files.labels).href, weights: asset };
  };
  return { name: 'depthwise/core', list: async () => models.map(read) };
}
