import type { Crop } from '../../mobilenet/mobilenet.js';
import { Store } from './store.ts';

/** What a link to the page holds: #camera?crop=square&views=2&model=NAME. What is as usual is left out. */
export interface State {
  /** The panel's id in panels.ts. */
  panel: string;
  crop: Crop;
  /** How many views an answer averages. */
  views: 1 | 2 | 4;
  /** A name in models.json, '' for the default. */
  model: string;
}

/** What a classification rests on, of an image: the crop, and how many views it averages. */
export type CropOptions = Pick<State, 'crop' | 'views'>;

const usual: State = { panel: 'photo', crop: 'center', views: 1, model: '' };
const crops: readonly string[] = ['center', 'square', 'whole'] satisfies Crop[];

/** Reads a link's hash; what it cannot mean is as usual. */
export function parse(hash: string): State {
  const [panel = '', query] = hash.replace(/^#/, '').split('?', 2);
  const given = new URLSearchParams(query);
  const crop = given.get('crop') ?? '';
  const views = Number(given.get('views'));
  return {
    panel: panel || usual.panel,
    crop: crops.includes(crop) ? (crop as Crop) : usual.crop,
    views: views === 2 || views === 4 ? views : usual.views,
    model: given.get('model') ?? usual.model,
  };
}

/** The link's hash that parse reads as this. */
export function hashOf({ panel, ...rest }: State): string {
  const given = new URLSearchParams();
  for (const key of ['crop', 'views', 'model'] as const) {
    if (rest[key] !== usual[key]) given.set(key, String(rest[key]));
  }
  const query = given.toString();
  return query ? `#${panel}?${query}` : `#${panel}`;
}

/** The crop that takes in all that an answer rests on: several views are of the largest square and of its middle. */
export const seen = ({ crop, views }: CropOptions): Crop => (views > 1 ? 'square' : crop);

class LinkedState {
  #store = new Store(parse(location.hash));

  constructor() {
    // Links, back and forward, and what is typed in the address bar.
    addEventListener('hashchange', () => this.#become(parse(location.hash)));
  }

  get(): State {
    return this.#store.get();
  }

  /** Changes what is given, as a step that "back" takes back; as none with `replace`. */
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

/** The page's state, mirrored in its address. */
export const state = new LinkedState();
