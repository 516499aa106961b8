import { sha256 } from '../../common/sha256.ts';
import type { MobileNet } from '../../mobilenet/mobilenet.js';
import { network } from './network.ts';
import { taught } from './own.ts';

/** By the files of models, which are hashed once. */
const keys = new WeakMap<Blob, Promise<string>>();

/**
 * What tells a model from all others that give other embeddings, also after a reload. A taught model gives those of the one that it was
 * made from.
 */
export async function modelKey({ info }: MobileNet): Promise<string> {
  const { model } = network.choice;
  const used = taught.get();
  if (used && model === used.file) return used.base;
  if (!(model instanceof Blob)) return `listed ${info.model}`;
  const key = keys.get(model) ?? hash(model);
  keys.set(model, key);
  return `${await key}${info.normalize ? ` ${JSON.stringify(info.normalize)}` : ''}`;
}

async function hash(file: Blob): Promise<string> {
  const { name, size, lastModified } = file as File;
  return `file ${(await sha256(await file.arrayBuffer())) ?? JSON.stringify([name, size, lastModified])}`;
}
