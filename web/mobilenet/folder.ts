// The files of the built folders mobilenet/ and models/, to be copied beside each other. Their names are put in by web/build.

import { downloadBytes } from './download.js';
import { MobileNetError } from './errors.js';
import { type Asset, assetsHint, type Catalogue, type Files, type ModelFiles } from './files.js';

declare const WORKER_FILE: string;
declare const WASM_FILE: string;
declare const WORKSHOP_FILE: string;
declare const HEIF_FILE: string;
declare const HEIC_WORKER_FILE: string;

/** Where they are: beside this module, or all in the folder assets. */
export function folderFiles(assets?: URL): Files {
  const here = assets ?? import.meta.url;
  return {
    worker: { url: new URL(WORKER_FILE, here), hint: assetsHint },
    program: withGzip(new URL(WASM_FILE, here)),
    workshop: withGzip(new URL(WORKSHOP_FILE, here)),
    heif: withGzip(new URL(HEIF_FILE, here)),
    heicWorker: { url: new URL(HEIC_WORKER_FILE, here), hint: assetsHint },
    models: catalogueAt(new URL(assets ? 'models.json' : '../models/models.json', here)),
  };
}

/** A file with a compressed copy beside it, for hosts that compress nothing. */
function withGzip(url: URL): Asset {
  const gzip = new URL(url);
  gzip.pathname += '.gz';
  return { url, gzip, hint: assetsHint };
}

/** One of models.json, which weights/fetch writes. File names are relative to it. */
interface Entry extends Omit<ModelFiles, 'weights'> {
  file: string;
}

const codes = {
  missing: 'model-not-found',
  html: 'model-is-html',
  corrupt: 'model-corrupt',
  hint: assetsHint,
} as const;

function catalogueAt(index: URL): Catalogue {
  const read = ({ file, labels, ...entry }: Entry): ModelFiles => ({
    ...entry,
    ...(labels !== undefined && { labels: new URL(labels, index).href }),
    weights: withGzip(new URL(file, index)),
  });
  return {
    name: index.href,
    async list(signal) {
      const bytes = await downloadBytes(index, { signal, codes });
      try {
        const entries = JSON.parse(new TextDecoder().decode(bytes));
        if (Array.isArray(entries)) return entries.map(read);
      } catch (cause) {
        throw new MobileNetError('model-corrupt', `${index.href} is not JSON.`, { cause });
      }
      throw new MobileNetError('model-corrupt', `${index.href} is no list of models.`);
    },
  };
}
