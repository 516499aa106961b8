// The models that come in packages of their own.

import type { Catalogue, ModelFiles } from '../mobilenet/files.js';
import type { PackagedModel } from './mobilenet-v1/index.d.ts';
import { located, place, placesOf } from './place.js';

export const catalogueOf = (models: PackagedModel[], assets?: URL): Catalogue => ({
  name: models.length ? 'depthwise' : 'depthwise/core',
  list: (signal) => Promise.all(models.map((model) => filesOf(model, assets, signal))),
});

async function filesOf(model: PackagedModel, assets?: URL, signal?: AbortSignal): Promise<ModelFiles> {
  const { package: name, urls, files, ...rest } = model;
  const folder =
    assets ??
    (await folderOf(
      placesOf(
        located(() => urls().labels),
        name,
      ),
      signal,
    ));
  const at = (file: keyof typeof files) => place(() => urls()[file], files[file], name, folder);
  return { ...rest, labels: at('labels').url.href, weights: { ...at('weights'), gzip: at('weightsGzip').url } };
}

/** The folder of the first of these files that the server has, if there is a choice. */
async function folderOf([first, ...others]: [URL, ...URL[]], signal?: AbortSignal): Promise<URL | undefined> {
  for (const url of others.length ? [first, ...others] : []) {
    const response = await fetch(url, { method: 'HEAD', signal }).catch(() => undefined);
    // Instead of what is not there, Vite sends a page.
    if (response?.ok && !response.headers.get('content-type')?.startsWith('text/html')) return new URL('.', url);
  }
  return undefined;
}
