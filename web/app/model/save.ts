import { network } from '../store/network.ts';
import { own } from '../store/own.ts';
import { PageError } from '../ui/problem.ts';

/** The .tflite file of the model of that name that is in use: the person's own, or a listed one, which the site has. */
export async function modelFile(name: string): Promise<File> {
  const mine = network.choice.model instanceof Blob ? own.get()?.file : undefined;
  if (mine) return mine;
  const index = new URL('models/models.json', document.baseURI);
  const listed = (await (await get(index)).json()) as { name: string; file: string }[];
  const file = listed.find((model) => model.name === name)?.file;
  if (!file) throw new PageError('model-not-found');
  return new File([await (await get(new URL(file, index))).blob()], `${name}.tflite`);
}

async function get(url: URL): Promise<Response> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new PageError('download-failed', `${url.pathname}: ${response?.status ?? 'no answer'}`);
  return response;
}
