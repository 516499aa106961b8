import { folder } from '../../common/storage.ts';
import { state } from '../store/state.ts';
import { teachText } from '../text/teach.ts';
import { download } from '../ui/card.ts';
import { CodeSample } from '../ui/code-sample.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { notices } from '../ui/notices.ts';
import { explain, isAbort, problemLine } from '../ui/problem.ts';
import { fileName } from './numbers.ts';
import type { TeachSession } from './session.ts';
import { callIt, wholePage } from './snippets.ts';

const words = teachText.export;

/** What is taken away: the model as a file, code that uses it, and what the model sees in each photo. */
export class TeachExport extends HTMLElement {
  #session: TeachSession;
  #numbers: (format: 'csv' | 'json') => Promise<File | undefined>;
  #buttons: HTMLButtonElement[] = [];
  #samples = element('div');
  #more = element('details');
  #named = '';

  /** numbers makes the file of embeddings. */
  constructor(session: TeachSession, numbers: (format: 'csv' | 'json') => Promise<File | undefined>) {
    super();
    this.#session = session;
    this.#numbers = numbers;
  }

  connectedCallback(): void {
    if (this.#more.isConnected) return;
    const busy = (name: string, work: () => Promise<unknown>, kind = 'button tool') => {
      const made = button(name, () => void this.#do(made, work), kind);
      this.#buttons.push(made);
      return made;
    };
    const { export: exported } = teachText;
    this.#more.append(
      element('summary', {}, words.more),
      this.#samples,
      element('p', {}, exported.embeddings),
      element(
        'div',
        { class: 'actions' },
        busy(words.csv, () => this.#saveNumbers('csv')),
        busy(words.json, () => this.#saveNumbers('json')),
      ),
    );
    this.append(
      element('h2', {}, words.heading),
      element(
        'div',
        { class: 'actions' },
        busy(words.model, () => this.#saveModel(), 'button primary'),
        busy(words.use, () => this.#use(), 'button'),
      ),
      element('p', { class: 'quiet' }, words.runs),
      this.#more,
    );
    this.#session.projects.state.subscribe(() => this.#update());
    this.#session.learner.state.subscribe(() => this.#update());
    this.#update();
  }

  get #name(): string {
    return this.#session.projects.state.get().open?.name ?? '';
  }

  get #file(): string {
    return `${fileName(this.#name)}.tflite`;
  }

  #update(): void {
    this.hidden = this.#session.learner.state.get().head === undefined;
    const name = this.#name;
    if (name === this.#named) return;
    this.#named = name;
    const library = new URL('mobilenet/', folder).href;
    const page = wholePage(library, this.#file, name);
    const savePage = () => download(new File([page], `${fileName(name)}.html`, { type: 'text/html' }));
    this.#samples.replaceChildren(
      element('p', {}, words.code),
      new CodeSample(words.code, callIt(library, this.#file)),
      element('p', {}, words.page),
      new CodeSample(words.page, page),
      button(words.savePage, savePage, 'button tool'),
    );
  }

  async #do(pressed: HTMLButtonElement, work: () => Promise<unknown>): Promise<void> {
    if (pressed.getAttribute('aria-busy') === 'true') return;
    pressed.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      if (!isAbort(error)) notices.add(problemLine(explain(error)));
    } finally {
      pressed.removeAttribute('aria-busy');
    }
  }

  async #saveModel(): Promise<void> {
    const file = await this.#session.save();
    if (!file) return;
    download(new File([file], this.#file, { type: file.type }));
    notices.add(words.saved(this.#file));
  }

  async #use(): Promise<void> {
    const name = this.#name;
    if (!(await this.#session.use())) return;
    state.set({ panel: 'photo' });
    notices.add(words.used(name));
  }

  async #saveNumbers(format: 'csv' | 'json'): Promise<void> {
    const file = await this.#numbers(format);
    if (!file) return;
    download(file);
    notices.add(words.saved(file.name));
  }
}

customElements.define('teach-export', TeachExport);
