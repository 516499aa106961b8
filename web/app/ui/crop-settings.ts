import { type State, state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { segments } from './controls.ts';

const words = text.cropSettings;

/** The controls for the crop and the number of views, which are part of the page's state. */
export class CropSettings extends HTMLElement {
  #crop = segments(words.crop, words.crops, (crop) => state.set({ crop }), { showTitle: true });
  #views = segments<string>(
    words.careful,
    words.views,
    (views) => state.set({ views: Number(views) as State['views'] }),
    {
      showTitle: true,
    },
  );

  connectedCallback(): void {
    if (this.#crop.group.isConnected) return;
    this.append(this.#crop.group, this.#views.group);
    state.subscribe(() => this.#update());
    this.#update();
  }

  #update(): void {
    const { crop, views } = state.get();
    this.#crop.value = crop;
    this.#views.value = String(views);
    this.#crop.group.disabled = views > 1; // views are fixed ones
  }
}

customElements.define('crop-settings', CropSettings);
