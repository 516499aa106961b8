import type { Crop } from '../../mobilenet/mobilenet.js';
import { Store } from './store.ts';

/** What a link to the page holds: #photo?crop=square&views=2&model=NAME&sample=NAME. Defaults are left out. */
export interface State {
  /** The panel's id in panels.ts. */
  panel: string;
  crop: Crop;
  /** How many views an answer averages. */
  views: 1 | 2 | 4;
  /** A name in models.json, '' for the default. */
  model: string;
  /** The name of the sample photo that is the current photo, '' for any other. */
  sample: string;
  /** The page's language, '' for the person's own. */
  lang: string;
  /** The layer that Inside shows, by its name; '' for the first choice. */
  layer: string;
  /** The layer whose cost is calculated, as "DK,M,N,DF"; '' for the example. */
  size: string;
  /** The network whose cost is shown, as "α,resolution"; '' for the loaded one. */
  scale: string;
}

/** Which part of an image is classified, and how many views of it are averaged. */
export type CropOptions = Pick<State, 'crop' | 'views'>;

const defaults: State = {
  panel: 'photo',
  crop: 'center',
  views: 1,
  model: '',
  sample: '',
  lang: '',
  layer: '',
  size: '',
  scale: '',
};
const crops: readonly string[] = ['center', 'square', 'whole'] satisfies Crop[];

type Parameter = Exclude<keyof State, 'panel'>;

/** What concerns one panel alone is only in that panel's links. */
const parametersOf: Record<string, Parameter[]> = { photo: ['sample'], inside: ['layer'], cost: ['size', 'scale'] };
const parameters = (panel: string): Parameter[] => ['crop', 'views', 'model', 'lang', ...(parametersOf[panel] ?? [])];

/** Parses a URL's hash; what is missing or invalid is the default, and what concerns other panels stays as before. */
export function parse(hash: string, before = defaults): State {
  const [panel = '', query] = hash.replace(/^#/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const state: State = { ...before, panel: panel || defaults.panel };
  const read = (name: Parameter): string => params.get(name) ?? '';
  const views = Number(read('views'));
  state.crop = crops.includes(read('crop')) ? (read('crop') as Crop) : defaults.crop;
  state.views = views === 2 || views === 4 ? views : defaults.views;
  for (const name of parameters(state.panel)) {
    if (name !== 'crop' && name !== 'views') state[name] = read(name);
  }
  return state;
}

/** The hash that parse reads as this state. */
export function hashOf(state: State): string {
  const params = new URLSearchParams();
  for (const name of parameters(state.panel)) {
    if (state[name] !== defaults[name]) params.set(name, String(state[name]));
  }
  const query = params.toString().replaceAll('%2C', ',');
  return query ? `#${state.panel}?${query}` : `#${state.panel}`;
}

/** The smallest crop that contains all views: several views are of the largest square and of its centre. */
export const outerCrop = ({ crop, views }: CropOptions): Crop => (views > 1 ? 'square' : crop);

class LinkedState {
  #store = new Store(parse(location.hash));

  constructor() {
    // By links, back and forward, and the address bar.
    addEventListener('hashchange', () => this.#become(parse(location.hash, this.get())));
  }

  get(): State {
    return this.#store.get();
  }

  /** Applies a change, as a new history entry, or in place of the present one with `replace`. */
  set(change: Partial<State>, { replace = false } = {}): void {
    const state = { ...this.get(), ...change };
    if (hashOf(state) !== hashOf(this.get())) history[replace ? 'replaceState' : 'pushState'](null, '', hashOf(state));
    this.#become(state);
  }

  subscribe(listener: (now: State, before: State) => void): () => void {
    return this.#store.subscribe(listener);
  }

  #become(state: State): void {
    const before = this.get();
    if ((Object.keys(state) as (keyof State)[]).some((key) => state[key] !== before[key])) this.#store.set(state);
  }
}

/** The page's state, mirrored in its URL. */
export const state = new LinkedState();
