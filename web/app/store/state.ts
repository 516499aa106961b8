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
}

/** Which part of an image is classified, and how many views of it are averaged. */
export type CropOptions = Pick<State, 'crop' | 'views'>;

const defaults: State = { panel: 'photo', crop: 'center', views: 1, model: '', sample: '' };
const crops: readonly string[] = ['center', 'square', 'whole'] satisfies Crop[];

/** Parses a URL's hash; what is missing or invalid is the default. */
export function parse(hash: string): State {
  const [panel = '', query] = hash.replace(/^#/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const crop = params.get('crop') ?? '';
  const views = Number(params.get('views'));
  return {
    panel: panel || defaults.panel,
    crop: crops.includes(crop) ? (crop as Crop) : defaults.crop,
    views: views === 2 || views === 4 ? views : defaults.views,
    model: params.get('model') ?? defaults.model,
    sample: params.get('sample') ?? defaults.sample,
  };
}

/** The hash that parse reads as this state. */
export function hashOf({ panel, ...rest }: State): string {
  const params = new URLSearchParams();
  for (const key of ['crop', 'views', 'model', 'sample'] as const) {
    if (rest[key] !== defaults[key]) params.set(key, String(rest[key]));
  }
  const query = params.toString();
  return query ? `#${panel}?${query}` : `#${panel}`;
}

/** The smallest crop that contains all views: several views are of the largest square and of its centre. */
export const outerCrop = ({ crop, views }: CropOptions): Crop => (views > 1 ? 'square' : crop);

class LinkedState {
  #store = new Store(parse(location.hash));

  constructor() {
    // By links, back and forward, and the address bar.
    addEventListener('hashchange', () => this.#become(parse(location.hash)));
  }

  get(): State {
    return this.#store.get();
  }

  /** Applies a change, as a new history entry, or in place of the present one with `replace`. */
  set(change: Partial<State>, { replace = false } = {}): void {
    const state = { ...this.get(), ...change };
    if (hashOf(state) === hashOf(this.get())) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', hashOf(state));
    this.#become(state);
  }

  subscribe(listener: (now: State, before: State) => void): () => void {
    return this.#store.subscribe(listener);
  }

  #become(state: State): void {
    if (hashOf(state) !== hashOf(this.get())) this.#store.set(state);
  }
}

/** The page's state, mirrored in its URL. */
export const state = new LinkedState();
