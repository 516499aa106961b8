import { outerCrop, type State, state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { segments } from './controls.ts';
import { element } from './dom.ts';

const words = text.cropSettings;

let instances = 0;

/**
 * The controls for the crop and the number of views, which are part of the page's state. Beside a photo no crop is marked while it
 * lies where it was moved by hand: choosing one puts it back in the centre.
 */
export class CropSettings extends HTMLElement {
  #movable: boolean;
  #crop = segments(words.crop, words.crops, (crop) => state.set({ crop, at: '' }), { showTitle: true });
  #views = segments<string>(
    words.careful,
    words.views,
    (views) => state.set({ views: Number(views) as State['views'] }),
    {
      showTitle: true,
    },
  );

  #note = element('p', { id: `crop-note-${instances++}` });

  constructor({ movable = false } = {}) {
    super();
    this.#movable = movable;
  }

  connectedCallback(): void {
    if (this.#crop.group.isConnected) return;
    this.append(this.#crop.group, this.#views.group, this.#note);
    for (const { group } of [this.#crop, this.#views]) group.setAttribute('aria-describedby', this.#note.id);
    state.subscribe(() => this.#update());
    this.#update();
  }

  #update(): void {
    const now = state.get();
    const several = now.views > 1;
    // Several views are fixed ones; the state keeps the crop that was chosen.
    const moved = this.#movable && now.at !== '' && !several && now.crop !== 'whole';
    this.#crop.value = moved ? undefined : outerCrop(now);
    this.#crop.group.disabled = several;
    this.#views.value = String(now.views);
    this.#note.textContent = several ? words.fixed : words.slower;
  }
}

customElements.define('crop-settings', CropSettings);
