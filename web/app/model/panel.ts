import type { OwnModel } from '../../common/storage.ts';
import { type MobileNet, models } from '../../mobilenet/mobilenet.js';
import { ConvertDialog } from '../convert/dialog.ts';
import { forgetOwn, isModelFile, isOwn, isTaught, useListed, useOwn } from '../store/choice.ts';
import { network } from '../store/network.ts';
import { own, taught } from '../store/own.ts';
import { readTaught, taughtModels, useTaught } from '../store/taught.ts';
import { convertText } from '../text/convert.ts';
import { modelText } from '../text/model.ts';
import { text } from '../text/text.ts';
import { ask } from '../ui/ask.ts';
import { download } from '../ui/card.ts';
import { button, filePicker } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { shortName } from '../ui/format.ts';
import { imageNetLabels, lacksLabels } from '../ui/imagenet-labels.ts';
import type { Taker } from '../ui/intake.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import { notices } from '../ui/notices.ts';
import { explain, isAbort, problemLine } from '../ui/problem.ts';
import { ModelNormalize } from './normalize.ts';
import { ModelOptions } from './options.ts';
import { ModelSheet } from './sheet.ts';

const words = text.model;
const sheetWords = modelText.sheet;

/** The model panel: a listed model or one's own is chosen, and its properties are shown. */
export class ModelPanel extends HTMLElement implements Taker {
  #lead = element('p', { class: 'lead' }, words.lead);
  #options = new ModelOptions();
  #file = filePicker(
    {
      id: 'model-file',
      kind: 'button primary',
      accept: '.tflite,.lite,.pth,.pt,.tar,.safetensors,.h5,.hdf5,.keras,.txt,text/plain',
      multiple: true,
      take: (files) => this.take(files),
    },
    words.own.choose,
  );
  #labels = filePicker(
    { id: 'label-file', kind: 'button', accept: '.txt,.csv,text/plain', take: (files) => this.take(files) },
    words.own.labels,
  );
  /** For a model of as many classes as ImageNet has, and no names. */
  #imageNet = button(words.own.imageNet, () => void this.#useImageNet());
  /** For one of floating point. */
  #quantise = button(convertText.offer, () => this.#convertOwn());
  #convert = new ConvertDialog();
  #ofOwn = element(
    'div',
    { class: 'actions', hidden: true },
    this.#labels.input,
    this.#labels.label,
    this.#imageNet,
    this.#quantise,
    button(words.own.forget, () => void this.#forgetOwn()),
  );
  #refusal = element('div', { class: 'refusal', role: 'alert' });
  #said = element('p', { class: 'said', role: 'status' });
  #normalize = new ModelNormalize();
  #sheet = new ModelSheet();
  #shown: MobileNet | undefined;
  #download = button(sheetWords.download, () => void this.#save(), 'button tool', { hidden: true });

  connectedCallback(): void {
    const { heading, lead } = words.own;
    this.append(
      element(
        'section',
        {},
        element('h2', {}, words.heading),
        this.#lead,
        this.#options,
        element(
          'div',
          { class: 'own corners' },
          element('h3', {}, heading),
          element('p', {}, lead),
          element('p', {}, convertText.checkpoints),
          element('div', { class: 'actions' }, this.#file.input, this.#file.label),
          this.#ofOwn,
        ),
        this.#refusal,
        this.#said,
      ),
      element(
        'section',
        {},
        element('h2', {}, sheetWords.heading),
        new NetworkStatus(),
        this.#sheet,
        element('div', { class: 'actions' }, this.#download),
        this.#normalize,
      ),
    );
    document.body.append(this.#convert);
    this.#convert.on('use', (model) => void this.#useOwn(model));
    this.#normalize.on('apply', () => void this.#useRange());
    this.#options.on('listed', (name) => void this.#try(useListed(name), name));
    this.#options.on('own', (model) => void this.#useOwn(model));
    this.#options.on('taught', ({ project, name }) => void this.#try(useTaught(project), name));
    network.state.subscribe(() => this.#update());
    own.subscribe((model) => {
      this.#normalize.value = model?.normalize ?? network.net?.info.normalize;
      this.#draw();
    });
    taughtModels.subscribe(() => this.#draw());
    this.#draw();
    models().then(
      (listed) => {
        this.#options.listed = listed;
        this.#draw();
      },
      () => {}, // then the default model does not load either, and its status says why
    );
  }

  /** The panel is opened: another tab may have taught a model meanwhile. */
  shown(): void {
    void readTaught();
  }

  /** Images are for the other panels. */
  wants(files: File[]): boolean {
    return !files.some(({ type }) => type.startsWith('image/'));
  }

  /** Takes a model, labels for the person's own model, or both. */
  take(files: File[]): void {
    const labels = files.find(({ name, type }) => /\.(txt|csv|labels)$/i.test(name) || type === 'text/plain');
    const file = files.find(isModelFile) ?? files.find((file) => file !== labels);
    const model = own.get();
    if (file && isCheckpoint(file)) void this.#convert.open(file, labels);
    else if (file) void this.#useOwn({ file, labels, normalize: undefined });
    else if (labels && model) void this.#useOwn({ ...model, labels });
    else if (labels) this.#refuse(words.labelsAlone.title, words.labelsAlone.detail);
  }

  #convertOwn(): void {
    const model = own.get();
    if (model) void this.#convert.open(model.file, model.labels);
  }

  /** What was given holds no file. */
  refuse(): void {
    this.#refuse(words.noFile.title, words.noFile.detail);
  }

  /** Resolves to whether it is used. */
  async #useOwn(model: OwnModel): Promise<boolean> {
    let kept = true;
    const trying = useOwn(model, mayUse(network.net)).then((is) => {
      kept = is;
    });
    const used = await this.#try(trying, model.file.name, model.labels?.name);
    if (used && !kept) this.#said.textContent = words.own.notKept;
    return used;
  }

  async #useRange(): Promise<void> {
    const model = own.get();
    if (model && (await this.#useOwn({ ...model, normalize: this.#normalize.value }))) this.#normalize.applied();
  }

  async #useImageNet(): Promise<void> {
    const model = own.get();
    if (!model) return;
    try {
      if (await this.#useOwn({ ...model, labels: await imageNetLabels() })) this.#file.input.focus();
    } catch (error) {
      const { title, detail } = explain(error);
      this.#refuse(title, detail);
    }
  }

  /** Saves the model in use, with its labels inside. */
  async #save(): Promise<void> {
    const { net } = network;
    if (!net) return;
    this.#download.disabled = true;
    try {
      const { model } = net.info;
      const file = await net.save(isOwn() ? {} : { name: model });
      download(new File([file], `${model.replace(/\.(tflite|lite)$/i, '')}.tflite`, { type: file.type }));
    } catch (error) {
      notices.add(problemLine(explain(error)));
    } finally {
      this.#download.disabled = false;
    }
  }

  async #forgetOwn(): Promise<void> {
    await this.#try(forgetOwn(), '');
    this.#said.textContent = words.own.forgotten;
    // The button is gone: the focus moves to where another model can be given.
    this.#file.input.focus();
  }

  /**
   * Waits for a change of the model, and shows why it failed, by the file's name or the labels'. Resolves to whether it succeeded.
   */
  async #try(change: Promise<unknown>, name: string, labels = name): Promise<boolean> {
    this.#refusal.replaceChildren();
    this.#said.textContent = '';
    try {
      await change;
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      const { code, message } = error as { code: string; message: string };
      if (code in words.refused) {
        const { title, detail } = words.refused[code as keyof typeof words.refused];
        this.#refuse(title(`“${shortName(code === 'bad-argument' ? labels : name)}”`), detail, words.former);
        // What the file is, or how many labels there are and how many it takes, is what a person needs to know; an operator, who made it.
        const [, reason = message, operator] = /^(.+) \((operator .+)\)$/s.exec(message) ?? [];
        this.#refusal.lastElementChild?.before(element('p', { class: 'reason', lang: 'en' }, sentence(reason)));
        if (operator) this.#refusal.append(details(operator));
      } else {
        const { title, detail } = explain(error);
        this.#refuse(title, detail, words.former);
        this.#refusal.append(details(message));
      }
      return false;
    } finally {
      this.#draw();
    }
  }

  #refuse(title: string, ...lines: string[]): void {
    this.#refusal.replaceChildren(element('strong', {}, title), ...lines.map((line) => element('p', {}, line)));
  }

  /** Redraws the options. */
  #draw(): void {
    const { listed } = this.#options;
    this.#options.draw();
    this.#lead.hidden = listed.length < 2;
    this.#ofOwn.hidden = !own.get();
    this.#quantise.hidden = !isOwn() || network.net?.info.type !== 'float32';
    this.#imageNet.hidden = !lacksLabels() || !listed[0]?.labels;
    this.#update();
  }

  #update(): void {
    this.#options.mark();
    const { net } = network;
    this.#download.hidden = !net;
    if (!net) {
      this.#normalize.hidden ||= !isOwn();
      return;
    }
    const { info } = net;
    const model = isOwn() ? own.get() : null;
    if (net !== this.#shown) this.#normalize.value = model?.normalize ?? info.normalize;
    this.#shown = net;
    const listed = isTaught() ? undefined : this.#options.listed.find(({ name }) => name === info.model);
    this.#sheet.show(
      net,
      model
        ? { size: model.file.size, labels: info.classes ? (model.labels?.name ?? '') : undefined }
        : { size: isTaught() ? taught.get()?.file.size : listed?.size, license: listed?.license },
    );
    this.#normalize.hidden = !(model && info.input === 'float32');
  }
}

const isCheckpoint = (file: File): boolean => isModelFile(file) && !/lite$/i.test(file.name);

/** Asks before a model takes the place of one that can label photos, and cannot do so itself. */
const mayUse =
  (former: MobileNet | undefined) =>
  async ({ info }: MobileNet): Promise<boolean> => {
    const { title, detail, use } = modelText.nameless;
    return info.classes > 0 || former?.info.classes === 0 || ask(title, detail, use);
  };

/** The library's own message, folded. */
const details = (message: string): HTMLElement =>
  element('details', {}, element('summary', {}, words.details), element('p', { lang: 'en' }, sentence(message)));

/** A message as a sentence. */
const sentence = (said: string) => said.charAt(0).toUpperCase() + said.slice(1) + (/[.!?]$/.test(said) ? '' : '.');

customElements.define('model-panel', ModelPanel);
