import { load, type MobileNet, models } from '../../mobilenet/mobilenet.js';
import { isOwn, isTaught } from '../store/choice.ts';
import { type Choice, network } from '../store/network.ts';
import { choiceOf, own, taught } from '../store/own.ts';
import { choiceOfTaught, readTaught, taughtModels } from '../store/taught.ts';
import { shortName } from '../ui/format.ts';
import { modelName } from '../ui/model-name.ts';

/** A model that a side can use. */
export interface Option {
  name: string;
  /** It is the page's own network. */
  inUse: boolean;
  choice(): Choice | Promise<Choice>;
}

/** The models there are to choose from: the listed ones, what was taught, and the person's own. The one in use is among them. */
export async function modelOptions(): Promise<Option[]> {
  const listed = await models().catch(() => []);
  const used = network.choice.model ?? listed[0]?.name;
  const options = listed.map(
    (model): Option => ({
      name: modelName(model),
      inUse: model.name === used,
      choice: () => ({ model: model.name }),
    }),
  );
  await readTaught();
  for (const { project, name } of taughtModels.get()) {
    const inUse = isTaught() && taught.get()?.project === project;
    options.push({ name: shortName(name, 32), inUse, choice: () => choiceOfTaught(project) });
  }
  const mine = own.get();
  if (mine) options.push({ name: shortName(mine.file.name, 32), inUse: isOwn(), choice: () => choiceOf(mine) });
  return options;
}

/** The model of one side: the page's, which stays the page's, or one that is loaded for the side alone. */
export class SideModel {
  #option: Option | undefined;
  #loading: { net: Promise<MobileNet>; abort: AbortController } | undefined;
  /** Is called as the download proceeds, with its share of 0..1. */
  onProgress: (share: number) => void = () => {};

  /** Chooses another one; the page's if undefined. What was loaded before is closed. */
  use(option: Option | undefined): void {
    this.close();
    this.#option = option?.inUse ? undefined : option;
  }

  /** The network, which is loaded at the first call, and at the first after a failure. */
  get(signal: AbortSignal): Promise<MobileNet> {
    if (!this.#option) return network.loaded(signal);
    this.#loading ??= this.#load(this.#option);
    return this.#loading.net;
  }

  /** Frees what was loaded, also what is still on its way. */
  close(): void {
    const loading = this.#loading;
    this.#loading = undefined;
    loading?.abort.abort();
    loading?.net.then((net) => net.close()).catch(() => {}); // it had failed, which was said
  }

  #load(option: Option) {
    const abort = new AbortController();
    const begin = async () =>
      load({
        ...(await option.choice()),
        signal: abort.signal,
        onProgress: ({ loaded, total }) => !abort.signal.aborted && this.onProgress(total ? loaded / total : 0),
      });
    const loading = { net: begin(), abort };
    loading.net.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return loading;
  }
}
