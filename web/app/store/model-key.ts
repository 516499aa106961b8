import { sha256 } from '../../common/sha256.ts';
import type { MobileNet } from '../../mobilenet/mobilenet.js';
import { network } from './network.ts';
import { taught } from './own.ts';

/** By the files of models, which are hashed once. */
const hashes = new WeakMap<Blob, Promise<string>>();

/** Of networks: when the next one is on its way already, the choice is no longer theirs. */
const keys = new WeakMap<MobileNet, Promise<string>>();

/**
 * What tells a model from all others that give other embeddings, also after a reload. A taught model gives those of the one that it was
 * made from.
 */
export function modelKey(net: MobileNet): Promise<string> {
  const key = keys.get(net) ?? keyOf(net);
  keys.set(net, key);
  return key;
}

async function keyOf({ info }: MobileNet): Promise<string> {
  const { model } = network.choice;
  const used = taught.get();
  if (used && model === used.file) return used.base;
  if (!(model instanceof Blob)) return `listed ${info.model}`;
  const key = hashes.get(model) ?? hash(model);
  hashes.set(model, key);
  return `${await key}${info.normalize ? ` ${JSON.stringify(info.normalize)}` : ''}`;
}

async function hash(file: Blob): Promise<string> {
  const { name, size, lastModified } = file as File;
  const sum = await file.arrayBuffer().then(sha256, () => undefined); // it may have been changed or moved since
  return `file ${sum ?? JSON.stringify([name, size, lastModified])}`;
}
