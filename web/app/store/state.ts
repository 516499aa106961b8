import type { Crop } from '../../mobilenet/mobilenet.js';
import { current } from './current.ts';
import { Store } from './store.ts';

/** What a link to the page holds: #photo?crop=square&views=2&model=NAME&sample=NAME&at=0.1,0. Defaults are left out. `photo` is in the
 * history alone. */
export interface State {
  /** The panel's id in panels.ts. */
  panel: string;
  /** Whether there is a photo: the history's entries before the first one show the first screen. */
  photo: boolean;
  crop: Crop;
  /** How many views an answer averages. */
  views: 1 | 2 | 4;
  /** A name in models.json, '' for the default. */
  model: string;
  /** The name of the sample photo that is the current photo, '' for any other. */
  sample: string;
  /** Where the photo's crop lies, moved by hand: its "left,top" in shares of the photo, '' for the centre. */
  at: string;
  /** The page's language, '' for the person's own. */
  lang: string;
  /** The layer that Inside shows, by its name; '' for the first choice. */
  layer: string;
  /** The layer whose cost is calculated, as "DK,M,N,DF"; '' for the example. */
  size: string;
  /** MobileNetV2's block whose cost is calculated, as "h,d′,d″,t,k,s"; '' for the example. */
  block: string;
  /** The network whose cost is shown, as "α,resolution"; '' for the loaded one. */
  scale: string;
}

/** Which part of an image is classified, and how many views of it are averaged. */
export type CropOptions = Pick<State, 'crop' | 'views'>;

const defaults: State = {
  panel: 'photo',
  photo: false,
  crop: 'center',
  views: 1,
  model: '',
  sample: '',
  at: '',
  lang: '',
  layer: '',
  size: '',
  block: '',
  scale: '',
};
const crops: readonly string[] = ['center', 'square', 'whole'] satisfies Crop[];

/** Two shares, as `at` has them. */
const place = /^(?:0(?:\.\d+)?|1),(?:0(?:\.\d+)?|1)$/;

type Parameter = Exclude<keyof State, 'panel' | 'photo'>;

/** Other names of panels: a page of parts begins with the first. */
const other: Record<string, string> = { how: 'inside' };

/** What concerns one panel alone is only in that panel's links. */
const parametersOf: Record<string, Parameter[]> = {
  photo: ['sample', 'at'],
  inside: ['layer'],
  cost: ['size', 'block', 'scale'],
};
const parameters = (panel: string): Parameter[] => ['crop', 'views', 'model', 'lang', ...(parametersOf[panel] ?? [])];

/** Parses a URL's hash; what is missing or invalid is the default, and what concerns other panels stays as before. */
export function parse(hash: string, before = defaults): State {
  const [panel = '', query] = hash.replace(/^#/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const state: State = { ...before, panel: other[panel] ?? (panel || defaults.panel) };
  const read = (name: Parameter): string => params.get(name) ?? '';
  const views = Number(read('views'));
  state.crop = crops.includes(read('crop')) ? (read('crop') as Crop) : defaults.crop;
  state.views = views === 2 || views === 4 ? views : defaults.views;
  for (const name of parameters(state.panel)) {
    if (name !== 'crop' && name !== 'views') state[name] = read(name);
  }
  if (!place.test(state.at)) state.at = defaults.at;
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

/** What a history entry holds beside its address; undefined where a link has just made it. */
const entry = (): Pick<State, 'photo'> | undefined => history.state ?? undefined;

class LinkedState {
  #store = new Store<State>({ ...parse(location.hash), photo: entry()?.photo ?? false });
  /** What the address says: the state, but for changes made with `later`. */
  #linked = this.get();

  constructor() {
    if (!entry()) this.#mark(this.#linked);
    // By links, back and forward, and the address bar: where only the photo is another, the hash is the same.
    for (const type of ['popstate', 'hashchange']) addEventListener(type, () => this.#follow());
  }

  get(): State {
    return this.#store.get();
  }

  /**
   * Applies a change, as a new history entry, or in place of the present one with `replace`. With `later` the address stays as it is
   * until the next change without it, which may be {}.
   */
  set(change: Partial<State>, { replace = false, later = false } = {}): void {
    const now = this.get();
    const photo = replace || later ? now.photo : this.#hasPhoto;
    const state = { ...now, photo, ...change };
    if (!later) {
      const before = this.#linked;
      if (hashOf(state) !== hashOf(before) || state.photo !== before.photo)
        history[replace ? 'replaceState' : 'pushState']({ photo: state.photo }, '', hashOf(state));
      this.#linked = state;
    }
    this.#become(state);
  }

  subscribe(listener: (now: State, before: State) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** What a new entry says of it: the photo may have come where no entry was made for it. */
  get #hasPhoto(): boolean {
    return this.get().photo || current.get() !== null;
  }

  /** Notes in the entry whether there is a photo. */
  #mark({ photo }: State): void {
    history.replaceState({ photo }, '');
  }

  #follow(): void {
    const photo = entry()?.photo ?? this.#hasPhoto;
    this.#linked = { ...parse(location.hash, this.get()), photo };
    if (!entry()) this.#mark(this.#linked);
    this.#become(this.#linked);
  }

  #become(state: State): void {
    const before = this.get();
    if ((Object.keys(state) as (keyof State)[]).some((key) => state[key] !== before[key])) this.#store.set(state);
  }
}

/** The page's state, mirrored in its URL. */
export const state = new LinkedState();
