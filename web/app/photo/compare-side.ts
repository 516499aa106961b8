import type { Classification, Features, Heatmap, MobileNet } from '../../mobilenet/mobilenet.js';
import { type CropOptions, outerCrop } from '../store/state.ts';
import { compareText as words } from '../text/compare.ts';
import { text } from '../text/text.ts';
import { AnswerRow } from '../ui/answer-row.ts';
import { Component } from '../ui/component.ts';
import { button, segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { wholePercent } from '../ui/format.ts';
import { isUnsure, unsureLegend } from '../ui/prediction-list.ts';
import { explain, PageError } from '../ui/problem.ts';
import { modelOptions, type Option, SideModel } from './compare-model.ts';
import { type PlacedCrop, placedBox, placedCrop } from './crop-place.ts';

/** A heat map, and the label of the class that it explains. */
export interface SideHeat {
  map: Heatmap;
  label: string;
}

/** A photo and its size in pixels. */
export interface SizedPhoto {
  blob: Blob;
  width: number;
  height: number;
}

/**
 * One side of the comparison: its settings and its results. It emits 'settings' when what is analysed changes, 'results' when there
 * are others or none, and 'heat' with the heat map to be shown.
 */
export class CompareSide extends Component<{ settings: undefined; results: undefined; heat: SideHeat | undefined }> {
  #photo: SizedPhoto;
  #options: PlacedCrop;
  #model = new SideModel();
  #listed: Option[] = [];
  #crop = segments(text.cropSettings.crop, text.cropSettings.crops, (crop) => this.#change({ crop, at: '' }), {
    showTitle: true,
  });
  #views = segments<string>(
    text.cropSettings.careful,
    text.cropSettings.views,
    (views) => this.#change({ views: Number(views) as CropOptions['views'] }),
    { showTitle: true },
  );
  #select = element('select');
  #models = element('label', { class: 'models', hidden: true }, element('span', {}, words.model), this.#select);
  #list: HTMLOListElement;
  #rows = Array.from(
    { length: 5 },
    () => new AnswerRow((index) => void this.#explain(index === this.#chosen ? undefined : index)),
  );
  #marks = this.#rows.map(() => element('span', { class: 'other' }));
  #line = element('p', { class: 'line' });
  #legend = unsureLegend();
  #title = element('strong');
  #detail = element('p');
  #failure = element(
    'div',
    { class: 'failure', role: 'alert', hidden: true },
    this.#title,
    this.#detail,
    button(text.network.retry, () => void this.#classify(), 'button tool'),
  );
  #work = new AbortController();
  #answer: { net: MobileNet; classification: Classification } | undefined;
  #chosen: number | undefined;
  #failed = false;
  /** Of its model's input. */
  shape: MobileNet['info']['shape'] | undefined;

  /** name is "A" or "B". */
  constructor(
    readonly name: string,
    photo: SizedPhoto,
    options: PlacedCrop,
  ) {
    super();
    this.#photo = photo;
    this.#options = options;
    this.#list = element('ol', { 'aria-label': words.results(name) }, ...this.#rows.map(({ item }) => item));
    this.#model.onProgress = (share) => this.#say(words.loading(wholePercent(share)));
    // As in CropSettings: choosing the chosen one again takes back where it was moved.
    this.#crop.group.addEventListener('click', ({ target }) => {
      const again = (target as Partial<HTMLInputElement>).value === this.#options.crop;
      if (again && this.#options.at) this.#change({ at: '' });
    });
    this.#select.addEventListener('change', () => {
      this.#model.use(this.#listed[this.#select.selectedIndex]);
      void this.#classify();
    });
  }

  connectedCallback(): void {
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', words.side(this.name));
    this.append(
      element('div', { class: 'head' }, element('h3', {}, this.name), this.#line),
      this.#crop.group,
      this.#views.group,
      this.#models,
      element('div', { class: 'answers' }, element('div', {}, this.#list, this.#legend), this.#failure),
    );
    for (const [i, row] of this.#rows.entries()) {
      row.clear();
      row.add(this.#marks[i] as HTMLElement);
    }
    this.#update();
    void this.#offerModels();
    void this.#classify();
  }

  get placed(): PlacedCrop {
    return placedCrop(this.#options);
  }

  /** The answers, while there are some. */
  get classification(): Classification | undefined {
    return this.#answer?.classification;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Marks a best answer that is another than the other side's, and answers that the other side does not have. */
  mark(other: CompareSide): void {
    const labels = (side: CompareSide) => side.classification?.predictions.map(({ label }) => label) ?? [];
    const [mine, theirs] = [labels(this), labels(other)];
    // Of models that know other things all answers differ, which goes without saying.
    const akin = mine.some((label) => theirs.includes(label));
    for (const [i, mark] of this.#marks.entries()) {
      const label = mine[i] ?? '';
      if (i === 0 && theirs.length > 0 && theirs[0] !== label) mark.textContent = words.differs;
      else mark.textContent = label && akin && !theirs.includes(label) ? words.only(this.name) : '';
    }
  }

  /** Ends all work, and frees the model that was loaded for this side. */
  close(): void {
    this.#work.abort();
    this.#model.close();
  }

  async #offerModels(): Promise<void> {
    this.#listed = await modelOptions();
    this.#select.replaceChildren(
      ...this.#listed.map(({ name, inUse }) => element('option', { selected: inUse }, name)),
    );
    this.#models.hidden = this.#listed.length < 2;
  }

  #change(change: Partial<PlacedCrop>): void {
    this.#options = { ...this.#options, ...change };
    this.#update();
    void this.#classify();
  }

  #update(): void {
    // Several views are fixed ones; the crop that was chosen comes back with one.
    this.#crop.value = outerCrop(this.#options);
    this.#crop.group.disabled = this.#options.views > 1;
    this.#views.value = String(this.#options.views);
    this.emit('settings');
  }

  async #classify(): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#answer = undefined;
    this.#failed = false;
    this.#failure.hidden = true;
    this.dataset.waiting = '';
    this.#say(words.running);
    this.emit('heat', undefined);
    this.emit('results');
    try {
      const net = await this.#model.get(signal);
      signal.throwIfAborted();
      this.shape = net.info.shape;
      this.emit('settings'); // its crop may be of another shape
      if (net.info.classes === 0) throw new PageError('names-nothing');
      this.#say(words.running);
      const { blob, width, height } = this.#photo;
      const { placed } = this;
      const crop = placed.at ? placedBox(placed, width, height, this.shape) : placed.crop;
      const classification = await net.classify(blob, { topK: 5, crop, views: placed.views, features: true, signal });
      signal.throwIfAborted();
      this.#answer = { net, classification };
      this.#show(classification);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #show(classification: Classification): void {
    delete this.dataset.waiting;
    this.#say('');
    const unsure = isUnsure(classification);
    this.toggleAttribute('data-unsure', unsure);
    this.#legend.hidden = !unsure;
    const { predictions } = classification;
    for (const [i, row] of this.#rows.entries()) {
      const prediction = predictions[i];
      if (prediction) row.show(prediction);
      else row.clear();
    }
    this.emit('results');
    // The photo stays plain until somebody asks for a heat map; a class that was pressed stays pressed while it is among the answers.
    void this.#explain(predictions.some(({ index }) => index === this.#chosen) ? this.#chosen : undefined);
  }

  #fail(error: unknown): void {
    const { code, title, detail } = explain(error);
    this.#failed = true;
    this.#say('');
    this.#title.textContent = title;
    this.#detail.textContent = code === 'names-nothing' ? words.namesNothing : detail;
    this.#failure.hidden = false;
    delete this.dataset.waiting;
    this.#legend.hidden = true;
    for (const row of this.#rows) row.clear();
    this.emit('results');
  }

  /** Shows the heat map of that answer; of none if undefined. */
  async #explain(index: number | undefined): Promise<void> {
    this.#chosen = index;
    for (const row of this.#rows) row.press(index);
    const { signal } = this.#work;
    if (index === undefined || !this.#answer) return this.emit('heat', undefined);
    const { net, classification } = this.#answer;
    try {
      const map = await net.heatmap(classification.features as Features, index, { signal });
      if (this.#chosen === index && !signal.aborted) this.emit('heat', { map, label: net.labels[index] ?? '' });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #say(line: string): void {
    this.#line.textContent = line;
  }
}

customElements.define('compare-side', CompareSide);
