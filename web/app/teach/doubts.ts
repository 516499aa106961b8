import type { Report } from '../../mobilenet/mobilenet.js';
import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { chance, count, shortName } from '../ui/format.ts';
import type { PhotoOf } from './photo-cell.ts';
import type { Move } from './photo-tools.ts';

const words = teachText.report;

/** How many are asked about at a time. */
const FEW = 3;

/** How many letters of a class's name have room in a button. */
const LONG = 20;

/** Photos that probably have a wrong label, the most doubtful first, each with what can be done about it. */
export class Doubts extends Component<{ move: Move; removal: string[] }> {
  #photo: PhotoOf;
  #heading = element('h3', {}, words.doubts);
  #list = element('ul');
  #more = button('', () => this.#showMore(), 'plain');
  #limit = FEW;
  /** Those that were looked at, and are right. */
  #kept = new Set<string>();
  #last: { report: Report; reported: readonly string[] } | undefined;
  #urls: string[] = [];
  classOf: (label: string | null) => string | undefined = () => undefined;

  constructor(photo: PhotoOf) {
    super();
    this.#photo = photo;
  }

  connectedCallback(): void {
    this.append(this.#heading, this.#list, this.#more);
  }

  show(report: Report, reported: readonly string[]): void {
    this.#last = { report, reported };
    const open = report.doubtful.flatMap((doubt) => {
      const id = reported[doubt.example];
      return id !== undefined && !this.#kept.has(id) ? { ...doubt, id } : [];
    });
    this.hidden = open.length === 0;
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url);
    const actual = rightClasses(report);
    this.#list.replaceChildren(
      ...open.slice(0, this.#limit).map(({ id, example, seems, probability }) => {
        const label = report.classes[actual.get(example) ?? -1]?.label ?? null;
        return this.#item(id, label, report.classes[seems]?.label ?? null, probability);
      }),
    );
    const rest = open.length - this.#limit;
    this.#more.hidden = rest <= 0;
    this.#more.textContent = words.more(count(Math.min(rest, 4 * FEW)));
  }

  #item(id: string, label: string | null, seems: string | null, probability: number): HTMLElement {
    const name = (label: string | null) => label ?? teachText.classes.counter;
    const image = element('img', { alt: '' });
    void this.#draw(image, id);
    const question = label === null ? words.reallyNone : words.really(label);
    const to = this.classOf(seems);
    const act = (title: string, act: () => void) => button(title, () => this.#done(id, act), 'button tool');
    return element(
      'li',
      { 'data-id': id },
      image,
      element(
        'div',
        {},
        element('p', {}, element('strong', {}, question), ' ', words.seems(name(seems), chance(probability))),
      ),
      element(
        'div',
        { class: 'actions' },
        ...(to === undefined
          ? []
          : [act(words.moveTo(shortName(name(seems), LONG)), () => this.emit('move', { ids: [id], to }))]),
        act(words.keep, () => {}),
        act(words.remove, () => this.emit('removal', [id])),
      ),
    );
  }

  async #draw(image: HTMLImageElement, id: string): Promise<void> {
    const photo = await this.#photo(id).catch(() => undefined);
    if (!photo) return;
    const url = URL.createObjectURL(photo);
    this.#urls.push(url);
    image.src = url;
  }

  /** It was dealt with: the next one takes its place, and the focus with it. */
  #done(id: string, act: () => void): void {
    this.#kept.add(id);
    act();
    const at = [...this.#list.children].findIndex((item) => (item as HTMLElement).dataset.id === id);
    if (this.#last) this.show(this.#last.report, this.#last.reported);
    const next = this.#list.children[Math.min(at, this.#list.children.length - 1)];
    const place = next?.querySelector('button') ?? this.closest('teach-report')?.querySelector('h2');
    if (place instanceof HTMLElement) {
      if (place.tagName === 'H2') place.tabIndex = -1;
      place.focus({ preventScroll: true });
    }
  }

  #showMore(): void {
    const before = this.#limit;
    this.#limit += 4 * FEW;
    if (this.#last) this.show(this.#last.report, this.#last.reported);
    this.#list.children[before]?.querySelector('button')?.focus({ preventScroll: true });
  }
}

/** The class of each example that was asked about. */
function rightClasses({ confusion }: Report): Map<number, number> {
  const right = new Map<number, number>();
  for (const [actual, row] of confusion.entries())
    for (const examples of row) for (const example of examples) right.set(example, actual);
  return right;
}

customElements.define('teach-doubts', Doubts);
