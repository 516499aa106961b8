import { models } from '../../mobilenet/mobilenet.js';
import { isOwn } from '../store/choice.ts';
import { network } from '../store/network.ts';
import { own } from '../store/own.ts';
import { text } from '../text/text.ts';
import { PageError } from './problem.ts';

/** Whether the model in use is the person's own, has no labels, and as many classes as ImageNet, with or without the background. */
export function lacksLabels(): boolean {
  const { classes, file } = network.net?.info ?? {};
  return isOwn() && !own.get()?.labels && !file?.labels && (classes === 1000 || classes === 1001);
}

/** ImageNet's labels, which come with the listed models. */
export async function imageNetLabels(): Promise<File> {
  const url = (await models())[0]?.labels;
  const response = url ? await fetch(url).catch(() => undefined) : undefined;
  if (!response?.ok) throw new PageError('labels-not-found');
  return new File([await response.blob()], text.model.own.imageNetName);
}
