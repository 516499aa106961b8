import type { OwnModel } from '../../common/storage.ts';
import type { Conversion, Recognized } from '../../mobilenet/convert.js';
import { convertText } from '../text/convert.ts';
import { text } from '../text/text.ts';
import { download } from '../ui/card.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { descriptions, element } from '../ui/dom.ts';
import { bytes, compact, count, decimal, shortName } from '../ui/format.ts';
import { imageNetLabels } from '../ui/imagenet-labels.ts';
import { showModal } from '../ui/notices.ts';
import { explain, isAbort, problemLine } from '../ui/problem.ts';
import { ConvertAnswers } from './answers.ts';
import { ConvertCalibration, readable, type Wish } from './calibration.ts';
import { type Chosen, ConvertSettings } from './settings.ts';

const words = convertText;

/** How many bytes of a label file are read. */
const maxLabelBytes = 2 ** 24;

/** A checkpoint becomes a model: what it was recognised as, what was assumed, what it sees, and 8-bit integers of it. Emits 'use'. */
export class ConvertDialog extends Component<{ use: OwnModel }> {
  #heading = element('h2');
  #status = element('p', { class: 'status', role: 'status' });
  #stop = button(words.stop, () => this.#dialog.close());
  #refusal = element('div', { class: 'refusal', role: 'alert' });
  #facts = element('dl');
  #settings = new ConvertSettings();
  #answers = new ConvertAnswers();
  #calibration = new ConvertCalibration();
  #use = button(words.use, () => this.#done(), 'button primary');
  #useFloat = button(words.useFloat, () => this.#done(true));
  #download = button(words.download, () => void this.#save());
  #found = element(
    'div',
    { class: 'found', hidden: true },
    element('section', {}, element('h3', {}, words.recognised.heading), this.#facts),
    this.#settings,
    this.#answers,
    this.#calibration,
    element('div', { class: 'actions' }, this.#use, this.#useFloat, this.#download),
  );
  #dialog = element('dialog', { class: 'convert' });
  #work = new AbortController();
  #file = new File([], '');
  /** The person's, or ImageNet's for a network of as many classes. */
  #labels: { file: File; lines: string[]; assumed: boolean } | undefined;
  #chosen: Chosen = {};
  #float: Conversion | undefined;
  #quantised: Conversion | undefined;

  connectedCallback(): void {
    if (this.hasChildNodes()) return;
    const { close } = text.notices;
    this.#dialog.append(
      button('×', () => this.#dialog.close(), 'close', { 'aria-label': close, title: close }),
      this.#heading,
      element('p', { class: 'quiet' }, words.lead),
      element('div', { class: 'reading' }, this.#status, this.#stop),
      this.#refusal,
      this.#found,
    );
    this.append(this.#dialog);
    this.#dialog.addEventListener('close', () => {
      this.#work.abort();
      this.#answers.stop();
    });
    this.#settings.on('choose', (chosen) => {
      this.#chosen = chosen;
      void this.#read(words.again);
    });
    this.#calibration.on('start', (wish) => void this.#quantise(wish));
    this.#calibration.on('stop', () => this.#work.abort());
  }

  /** Shows what a file is, with the labels that were given beside it. */
  async open(file: File, labels: File | undefined): Promise<void> {
    this.#file = file;
    this.#chosen = {};
    this.#settings.reset();
    this.#labels = labels && { file: labels, lines: await linesOf(labels), assumed: false };
    const title = words.title(shortName(file.name));
    this.#heading.textContent = title;
    this.#dialog.setAttribute('aria-label', title);
    this.#found.hidden = true;
    if (!this.#dialog.open) showModal(this.#dialog);
    await this.#read(words.reading);
  }

  /** Converts to floating point, with what was chosen. */
  async #read(doing: string): Promise<void> {
    const signal = this.#begin(doing);
    try {
      const made = await this.#convert(signal);
      const { classes, labels } = made.recognized;
      if (!this.#labels && !labels && (classes === 1000 || classes === 1001)) {
        const file = await imageNetLabels().catch(() => undefined); // without a connection they stay numbered
        if (file) this.#labels = { file, lines: await linesOf(file), assumed: true };
      }
      if (signal.aborted) return;
      this.#float = made;
      this.#quantised = undefined;
      this.#status.textContent = words.read;
      this.#show(made.recognized, made.file.size);
      await this.#answers.show(made.file, made.recognized.classes, this.#labels?.lines);
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) this.#refuse(error);
    } finally {
      if (!signal.aborted) this.#stop.hidden = true;
    }
  }

  /** Makes 8-bit integers. */
  async #quantise({ type, photos }: Wish): Promise<void> {
    const signal = this.#begin('');
    this.#stop.hidden = true;
    let broken = 0;
    const onBroken = () => broken++;
    this.#calibration.begin();
    this.#busy = true;
    try {
      const made = await this.#convert(signal, {
        quantize: { images: readable(photos), type, onBroken },
        onProgress: (progress) => this.#calibration.progress(progress, photos.length),
      });
      if (!made.report || signal.aborted) return;
      this.#quantised = made;
      this.#calibration.done(made.report, this.#float?.file.size ?? 0, made.file.size, broken);
      void this.#answers.show(made.file, made.recognized.classes, this.#labels?.lines);
    } catch (error) {
      if (isAbort(error)) this.#calibration.stopped();
      else if (broken === photos.length) this.#calibration.fail(words.quantise.noPhotos);
      else this.#calibration.fail(reasonOf(error));
    } finally {
      this.#busy = false;
    }
  }

  async #convert(signal: AbortSignal, more: Pick<Parameters<Convert>[1] & object, 'quantize' | 'onProgress'> = {}) {
    const { convert } = await import('../../mobilenet/convert.js').catch((cause) => {
      throw Object.assign(new Error(String(cause)), { code: 'download-failed' });
    });
    const labels = this.#labels && { labels: this.#labels.lines };
    return convert(this.#file, { ...this.#chosen, ...labels, name: stem(this.#file.name), signal, ...more });
  }

  #begin(doing: string): AbortSignal {
    this.#work.abort();
    this.#work = new AbortController();
    this.#refusal.replaceChildren();
    this.#status.textContent = doing;
    this.#stop.hidden = false;
    return this.#work.signal;
  }

  set #busy(busy: boolean) {
    for (const control of this.#settings.querySelectorAll<HTMLInputElement>('select, input')) control.disabled = busy;
    for (const each of [this.#use, this.#useFloat, this.#download]) each.disabled = busy;
    this.#useFloat.hidden = !this.#quantised;
  }

  #show(found: Recognized, size: number): void {
    const { recognised } = words;
    const labels = this.#labels ? (this.#labels.assumed ? recognised.imageNet : this.#labels.file.name) : undefined;
    this.#facts.replaceChildren(
      ...descriptions([
        [recognised.format, found.format],
        [recognised.layout, found.checkpoint ? found.layout || recognised.unknownLayout : undefined],
        [recognised.network, found.network],
        [recognised.alpha, decimal(found.alpha, 4)],
        [recognised.classes, found.classes ? count(found.classes) : recognised.embedding],
        [recognised.labels, found.classes && !found.labels ? recognised.numbered : labels],
        [recognised.weights, compact(found.parameters)],
        [recognised.size, bytes(size)],
      ]),
    );
    this.#settings.show(found);
    this.#calibration.offer(found.quantizable);
    this.#useFloat.hidden = true;
    this.#found.hidden = false;
  }

  #refuse(error: unknown): void {
    const { code } = error as { code?: string };
    this.#status.textContent = '';
    const refused = code === 'model-unsupported' || code === 'bad-argument';
    const { title, detail } = refused
      ? { title: words.refused.title(`“${shortName(this.#file.name)}”`), detail: words.refused.detail }
      : explain(error);
    // A setting that does not fit leaves what was found before.
    this.#found.hidden = !this.#float || this.#found.hidden;
    this.#refusal.replaceChildren(
      element('strong', {}, title),
      ...(refused && Object.keys(this.#chosen).length > 0 ? [] : [element('p', {}, detail)]),
      ...(refused ? [element('p', { class: 'reason', lang: 'en' }, sentence(reasonOf(error)))] : []),
    );
  }

  /** The model that is used or saved, and its file. */
  #result(float: boolean): File | undefined {
    const made = float ? this.#float : (this.#quantised ?? this.#float);
    return made && new File([made.file], `${stem(this.#file.name)}.tflite`, { type: made.file.type });
  }

  #done(float = false): void {
    const file = this.#result(float);
    if (!file) return;
    this.#dialog.close();
    this.emit('use', { file, labels: this.#labels?.file, normalize: undefined });
  }

  async #save(): Promise<void> {
    const { signal } = this.#work;
    try {
      // ImageNet's labels came after it was converted, and belong into the file.
      if (this.#labels?.assumed && !this.#quantised) this.#float = await this.#convert(signal);
      const file = this.#result(false);
      if (file) download(file);
    } catch (error) {
      if (!isAbort(error)) this.#refuse(error);
    }
  }
}

type Convert = typeof import('../../mobilenet/convert.js').convert;

/** The library's message for what is wrong with the file, or the page's for all else. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return code === 'model-unsupported' || code === 'bad-argument' ? message : problemLine(explain(error));
}

const linesOf = async (file: File) => (await file.slice(0, maxLabelBytes).text()).trimEnd().split(/\r?\n/);

const stem = (name: string) => name.replace(/\.(pth|pt|pth\.tar|tar|h5|hdf5|keras|safetensors|tflite|lite)$/i, '');

/** A message as a sentence. */
const sentence = (said: string) => said.charAt(0).toUpperCase() + said.slice(1) + (/[.!?]$/.test(said) ? '' : '.');

customElements.define('convert-dialog', ConvertDialog);
