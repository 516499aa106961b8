import type { Report } from '../../mobilenet/mobilenet.js';
import type { ReadableStore } from '../store/store.ts';
import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { LearningCurve } from './curve.ts';
import { Doubts } from './doubts.ts';
import type { LearnerState } from './learner.ts';
import { Matrix } from './matrix.ts';
import type { PhotoOf } from './photo-cell.ts';
import type { Move } from './photo-tools.ts';
import { headline, namesOf, weak } from './verdict.ts';

const words = teachText.report;

/** Photos behind a number of the report. */
export interface Behind {
  title: string;
  ids: string[];
}

/** How good the head is, as people understand it: what the learner found, without numbers that one must know how to read. */
export class TeachReport extends Component<{ behind: Behind; move: Move; removal: string[]; curve: undefined }> {
  #learner: ReadableStore<LearnerState>;
  #headline = element('p', { class: 'headline' });
  /** What the headline hides. */
  #weak = element('ul', { class: 'weak' });
  #how = element('p', { class: 'quiet' });
  #progress = element('progress', { max: 1, 'aria-label': teachText.preview.learning });
  #doubts: Doubts;
  #matrix = new Matrix();
  #table = element('table', { class: 'per-class' });
  #curve = new LearningCurve();
  #body = element('div', { class: 'body', hidden: true });
  #report: Report | undefined;

  constructor(learner: ReadableStore<LearnerState>, photo: PhotoOf) {
    super();
    this.#learner = learner;
    this.#doubts = new Doubts(photo);
  }

  connectedCallback(): void {
    if (this.#headline.isConnected) return;
    const part = (title: string, ...content: Node[]) => element('section', {}, element('h3', {}, title), ...content);
    this.#body.append(
      this.#doubts,
      part(words.perClass, element('div', { class: 'scrolls' }, this.#table)),
      part(words.matrix, this.#matrix),
      part(words.curve, this.#curve),
    );
    this.append(
      element('div', { class: 'head' }, element('h2', {}, words.heading), this.#progress),
      this.#headline,
      this.#weak,
      this.#how,
      this.#body,
    );
    this.#matrix.on('cell', ({ actual, answer, examples }) => this.#open(actual, answer, examples));
    this.#doubts.on('move', (move) => this.emit('move', move));
    this.#doubts.on('removal', (ids) => this.emit('removal', ids));
    this.#curve.on('ask', () => this.emit('curve'));
    this.#learner.subscribe(() => this.update());
    this.update();
  }

  /** classOf gives the id of the class with a label; null is the counter-examples'. */
  set classOf(classOf: (label: string | null) => string | undefined) {
    this.#doubts.classOf = classOf;
  }

  update(): void {
    const { phase, head, report, reported, current, done } = this.#learner.get();
    this.hidden = head === undefined;
    const busy = phase === 'checking';
    this.#progress.classList.toggle('idle', !busy);
    if (busy && done > 0) this.#progress.value = done;
    else this.#progress.removeAttribute('value');
    this.toggleAttribute('data-old', Boolean(report) && !current);
    this.#curve.wait = busy;
    if (report === this.#report && report !== undefined) return;
    this.#report = report;
    this.#body.hidden = !report;
    this.#headline.textContent = report ? headline(report) : '';
    this.#weak.replaceChildren(...(report ? weak(report) : []).map((line) => element('li', {}, line)));
    this.#how.textContent = report ? `${report.folds > 1 ? words.folds : words.heldOut} ${words.alike}` : words.waiting;
    if (!report) return;
    const names = namesOf(report);
    this.#doubts.show(report, reported);
    this.#matrix.show(report.confusion, names);
    this.#table.replaceChildren(...rows(report, names));
    this.#curve.show(report.curve);
  }

  #open(actual: number, answer: number, examples: readonly number[]): void {
    const report = this.#report;
    const { reported } = this.#learner.get();
    if (!report) return;
    const names = namesOf(report);
    const ids = examples.flatMap((i) => reported[i] ?? []);
    this.emit('behind', {
      title: words.cell(ids.length, count(ids.length), names[actual] ?? '', names[answer] ?? ''),
      ids,
    });
  }
}

/** The rows of the table of classes: how many photos of each were found, and how often its name was right. */
function rows({ classes }: Report, names: readonly string[]): HTMLElement[] {
  const { columns, of, nothing, inWords } = words;
  const head = element('tr', {}, ...Object.values(columns).map((title) => element('th', { scope: 'col' }, title)));
  const body = classes.map(({ examples, tested, answered, right }, i) => {
    const name = names[i] ?? '';
    const share = (whole: number) => (whole === 0 ? nothing : of(count(right), count(whole)));
    return element(
      'tr',
      { title: inWords(name, count(right), count(tested), count(right), count(answered)) },
      element('th', { scope: 'row' }, name),
      element('td', {}, count(examples)),
      element('td', {}, share(tested)),
      element('td', {}, share(answered)),
    );
  });
  return [element('thead', {}, head), element('tbody', {}, ...body)];
}

customElements.define('teach-report', TeachReport);
