import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { tooLarge } from '../ui/problem.ts';
import type { Entry } from './entry.ts';

const words = text.folder;

/** So many are listed at a time. */
const PAGE = 100;

/** The files that could not be classified, with the reasons. */
export class FolderFailures extends HTMLElement {
  #summary = element('summary');
  #list = element('ul');
  #more = button(words.more, () => this.#showMore(), 'button tool', { hidden: true });
  #details = element('details', {}, this.#summary, this.#list, this.#more);
  #entries: readonly Entry[] = [];
  #limit = PAGE;

  connectedCallback(): void {
    if (this.#details.isConnected) return;
    this.append(this.#details);
    this.#details.addEventListener('toggle', () => this.#update());
  }

  #showMore(): void {
    this.#limit += PAGE;
    this.#update();
    this.#list.children[this.#limit - PAGE - 1]?.scrollIntoView({ block: 'nearest' });
  }

  show(entries: readonly Entry[]): void {
    if (entries.length === 0) this.#limit = PAGE;
    this.#entries = entries;
    this.hidden = entries.length === 0;
    this.#summary.textContent = words.failed(entries.length, count(entries.length));
    this.#update();
  }

  /** Shows the list without being asked. */
  open(): void {
    this.#details.open = true;
  }

  #update(): void {
    if (!this.#details.open) return;
    this.#list.replaceChildren(
      ...this.#entries
        .slice(0, this.#limit)
        .map((entry) =>
          element('li', {}, element('span', { class: 'path' }, entry.path), ' ', element('span', {}, reasonOf(entry))),
        ),
    );
    this.#more.hidden = this.#entries.length <= this.#limit;
  }
}

function reasonOf({ failure }: Entry): string {
  const { code = '', format, size } = failure ?? {};
  if (code === 'rare-format' && format) return words.reasonFormat(format);
  if (size) return text.tooLarge.reason(tooLarge(size));
  const reasons: Record<string, string> = words.reasons;
  return Object.hasOwn(reasons, code) ? (reasons[code] as string) : words.reasonUnknown(failure?.message ?? '');
}

customElements.define('folder-failures', FolderFailures);
