// The files of the npm package. Each is named in the one form that bundlers look for, so that they copy it: a URL of this module and a
// text. web/build puts the texts in.

import type { Files } from '../mobilenet/files.js';
import type { PackagedModel } from './mobilenet-v1/index.d.ts';
import { catalogueOf } from './packaged-models.js';
import { place } from './place.js';

declare const WORKER_FILE: string;
declare const WASM_FILE: string;
/** Empty for Node.js, which reads files as they are. */
declare const WASM_GZIP_FILE: string;
declare const WORKSHOP_FILE: string;
declare const WORKSHOP_GZIP_FILE: string;
declare const HEIF_FILE: string;
declare const HEIF_GZIP_FILE: string;
declare const HEIC_WORKER_FILE: string;

/** The files of this package, or all in the folder assets, with the models that come with it. */
export const packageFiles =
  (...models: PackagedModel[]) =>
  (assets?: URL): Files => {
    const at = (own: () => URL, path: string) => place(own, path, 'depthwise', assets);
    return {
      worker: at(() => new URL(WORKER_FILE, import.meta.url), WORKER_FILE),
      program: {
        ...at(() => new URL(WASM_FILE, import.meta.url), WASM_FILE),
        gzip: WASM_GZIP_FILE ? at(() => new URL(WASM_GZIP_FILE, import.meta.url), WASM_GZIP_FILE).url : undefined,
      },
      workshop: {
        ...at(() => new URL(WORKSHOP_FILE, import.meta.url), WORKSHOP_FILE),
        gzip: WORKSHOP_GZIP_FILE
          ? at(() => new URL(WORKSHOP_GZIP_FILE, import.meta.url), WORKSHOP_GZIP_FILE).url
          : undefined,
      },
      heif: {
        ...at(() => new URL(HEIF_FILE, import.meta.url), HEIF_FILE),
        gzip: HEIF_GZIP_FILE ? at(() => new URL(HEIF_GZIP_FILE, import.meta.url), HEIF_GZIP_FILE).url : undefined,
      },
      heicWorker: at(() => new URL(HEIC_WORKER_FILE, import.meta.url), HEIC_WORKER_FILE),
      models: catalogueOf(models, assets),
    };
  };
