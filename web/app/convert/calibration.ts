import type { Conversion, ConvertProgress } from '../../mobilenet/convert.js';
import { folderPhotos } from '../store/folder-photos.ts';
import { network } from '../store/network.ts';
import { convertText } from '../text/convert.ts';
import { Component } from '../ui/component.ts';
import { button, filePicker, imageTypes, segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { bytes, count, decimal, percent, wholePercent } from '../ui/format.ts';

const words = convertText.quantise;

/** How many photos are taken at most: more hardly change the ranges. */
const most = 200;

export type Type = 'int8' | 'uint8';

/** What is to be made, of which photos. */
export interface Wish {
  type: Type;
  photos: File[];
}

/** Asks for photos to calibrate with, and shows how far it is and what was lost. Emits 'start', and 'stop'. */
export class ConvertCalibration extends Component<{ start: Wish; stop: undefined }> {
  #type = segments<Type>(words.type, words.types, () => {}, { showTitle: true });
  #leaky = element('p', {}, words.leaky);
  #there = button('', () => this.#start(folderPhotos.list()), 'button');
  #ways = element('div', { class: 'ways' });
  #bar = element('progress', { max: 1, 'aria-label': words.heading });
  #line = element('p', { class: 'line', role: 'status' });
  #stop = button(convertText.stop, () => this.emit('stop'));
  #running = element('div', { class: 'running', hidden: true }, this.#bar, this.#stop);
  #report = element('div', { class: 'report' });
  #problem = element('p', { class: 'problem', role: 'alert' });

  connectedCallback(): void {
    if (this.hasChildNodes()) return;
    const take = (files: File[]) => this.#start(files);
    const folder = filePicker({ id: 'convert-folder', kind: 'button', webkitdirectory: true, take }, words.folder);
    const photos = filePicker(
      { id: 'convert-photos', kind: 'button', accept: imageTypes, multiple: true, take },
      words.photos,
    );
    const pickers = element('div', { class: 'actions' }, this.#there);
    // Phones have files, but no folders to give.
    if ('webkitdirectory' in folder.input) pickers.append(folder.input, folder.label);
    pickers.append(photos.input, photos.label);
    this.#ways.append(this.#type.group, pickers);
    this.append(
      element('h3', {}, words.heading),
      element('p', { class: 'quiet' }, words.lead),
      ...[this.#leaky, this.#ways, this.#running, this.#line, this.#problem, this.#report],
    );
  }

  /** Begins anew; quantizable: the network can become one of bytes. */
  offer(quantizable: boolean): void {
    const n = folderPhotos.list().length;
    this.#there.textContent = words.there(n, count(n));
    this.#there.hidden = n === 0;
    this.#leaky.hidden = quantizable;
    this.#ways.hidden = !quantizable;
    this.#running.hidden = true;
    this.#line.textContent = '';
    this.#problem.textContent = '';
    this.#report.replaceChildren();
  }

  begin(): void {
    this.offer(true);
    this.#ways.hidden = true;
    this.#running.hidden = false;
    this.#stop.focus();
  }

  progress({ stage, done }: ConvertProgress, all: number): void {
    this.#bar.value = stage === 'quantize' ? 0.2 + 0.8 * done : stage === 'images' ? (0.2 * done) / all : 0;
    if (stage === 'images') this.#line.textContent = words.reading(count(done), count(all));
    // Not each percent, which a screen reader would read out.
    if (stage === 'quantize') this.#line.textContent = words.measuring(wholePercent(Math.floor(done * 10) / 10));
  }

  fail(problem: string): void {
    this.offer(true);
    this.#problem.textContent = problem;
    this.#back();
  }

  stopped(): void {
    this.offer(true);
    this.#line.textContent = convertText.stopped;
    this.#back();
  }

  done(
    { images, same, layers }: NonNullable<Conversion['report']>,
    before: number,
    after: number,
    broken: number,
  ): void {
    this.offer(true);
    this.#line.textContent = words.done(count(same), count(images), percent(same / images));
    const rows = layers.map(({ name, noise }) =>
      element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, decimal(noise, 3))),
    );
    const head = element(
      'tr',
      {},
      element('th', { scope: 'col' }, words.layer),
      element('th', { scope: 'col' }, words.noise),
    );
    this.#report.replaceChildren(
      element('p', {}, words.size(bytes(before), bytes(after))),
      ...(images < 50 ? [element('p', {}, words.few)] : []),
      ...(broken > 0 ? [element('p', {}, words.broken(broken, count(broken)))] : []),
      element('details', {}, element('summary', {}, words.layers), element('table', {}, head, ...rows)),
    );
  }

  #back(): void {
    this.querySelector<HTMLElement>('#convert-photos')?.focus();
  }

  #start(files: File[]): void {
    const photos = files.filter(({ type, name }) => type.startsWith('image/') || /\.(heic|heif)$/i.test(name));
    if (photos.length === 0) {
      this.fail(words.noPhotos);
      return;
    }
    const step = Math.max(1, photos.length / most);
    const some = Array.from({ length: Math.min(photos.length, most) }, (_, i) => photos[Math.floor(i * step)] as File);
    this.emit('start', { type: this.#type.value, photos: some });
  }
}

/** The photos, each made readable when its turn comes. */
export async function* readable(photos: File[]): AsyncGenerator<Blob> {
  for (const photo of photos) yield (await network.net?.readable(photo).catch(() => photo)) ?? photo;
}

customElements.define('convert-calibration', ConvertCalibration);
