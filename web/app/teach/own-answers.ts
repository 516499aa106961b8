import type { OwnAnswer } from '../../mobilenet/mobilenet.js';
import { teachText } from '../text/teach.ts';
import { Announcer } from '../ui/announcer.ts';
import { bar, fill } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { chance } from '../ui/format.ts';

const words = teachText.preview;

/** Percentages change no more often than this, in ms, so that they can be read. */
const READABLE = 120;
/** How much of a live answer is made of those before it. */
const KEPT = 0.6;
/** With more classes than this only the most probable are shown. */
const MOST = 10;

/**
 * What the head says of what is shown: a bar for each class, in the order of the classes, below a line that says which it is, or that it is
 * none of these.
 */
export class OwnAnswers extends HTMLElement {
  #verdict = element('p', { class: 'verdict' });
  #list = element('ol', { 'aria-label': words.answers });
  #announcer = new Announcer();
  #rows: Row[] = [];
  #smooth: number[] = [];
  #strange = 0;
  #writtenAt = 0;
  #said = '';

  connectedCallback(): void {
    if (this.#list.isConnected) return;
    this.append(this.#verdict, this.#list, this.#announcer.region);
  }

  /** Shows classes without an answer. The last may be that of the counter-examples. */
  clear(labels: readonly string[], line: string): void {
    this.#smooth = [];
    this.#strange = 0;
    this.#say('waiting', '', line);
    const shown = labels.slice(0, MOST);
    this.#take(shown.length);
    for (const [i, label] of shown.entries()) this.#rows[i]?.clear(label);
  }

  /** Shows an answer of a head with these labels: at once, or, where a time in ms is given, as one of a live view. */
  show({ predictions, noneOfThese }: OwnAnswer, labels: readonly string[], now?: number): void {
    const fresh = labels.map(() => 0);
    for (const { index, probability } of predictions) if (index < fresh.length) fresh[index] = probability;
    const live = now !== undefined && this.#smooth.length === fresh.length;
    const mix = (before: number, value: number) => (live ? KEPT * before + (1 - KEPT) * value : value);
    this.#smooth = fresh.map((value, i) => mix(this.#smooth[i] ?? 0, value));
    this.#strange = mix(this.#strange, noneOfThese ? 1 : 0);
    if (live && now - this.#writtenAt < READABLE) return;
    this.#writtenAt = now ?? 0;
    this.#write(labels, now);
  }

  #write(labels: readonly string[], now = 0): void {
    const all = this.#smooth.map((probability, index) => ({ index, probability, label: labels[index] ?? '' }));
    const best = all.reduce((a, b) => (b.probability > a.probability ? b : a));
    const none = this.#strange > 0.5;
    const shown = all.length > MOST ? all.sort((a, b) => b.probability - a.probability).slice(0, MOST) : all;
    this.#take(shown.length);
    for (const [i, answer] of shown.entries())
      this.#rows[i]?.show(answer.label, answer.probability, answer.index === best.index && !none);
    if (none) this.#say('none', words.none, words.noneDetail);
    else this.#say('sure', best.label, words.sure);
    const told = none ? words.none : best.label;
    this.#announcer.see(told, none ? words.noneDetail : words.announce(told, chance(best.probability)), now);
  }

  #say(verdict: 'waiting' | 'sure' | 'none', strong: string, quiet: string): void {
    const said = `${verdict}|${strong}|${quiet}`;
    if (said === this.#said) return; // live answers say it many times a second
    this.#said = said;
    this.dataset.verdict = verdict;
    const parts = [strong && element('strong', {}, strong), quiet && element('span', {}, quiet)].filter(Boolean);
    if (verdict === 'sure') parts.reverse();
    this.#verdict.replaceChildren(...parts.flatMap((part) => [part, ' ']));
  }

  /** Has so many rows. */
  #take(n: number): void {
    for (const row of this.#rows.splice(n)) row.item.remove();
    while (this.#rows.length < n) {
      const row = new Row();
      this.#rows.push(row);
      this.#list.append(row.item);
    }
  }
}

class Row {
  #label = element('span', { class: 'label' });
  #percent = element('span', { class: 'percent' });
  #bar = bar();
  readonly item = element('li', {}, this.#label, ' ', this.#percent, this.#bar);

  clear(label: string): void {
    this.#label.textContent = label;
    this.#percent.textContent = '';
    this.item.removeAttribute('data-best');
    delete this.item.dataset.probability;
    fill(this.#bar, 0);
  }

  show(label: string, probability: number, best: boolean): void {
    const share = chance(probability);
    if (this.#label.textContent !== label) this.#label.textContent = label;
    if (this.#percent.textContent !== share) this.#percent.textContent = share;
    Object.assign(this.item.dataset, { label, probability });
    this.item.toggleAttribute('data-best', best);
    fill(this.#bar, probability);
  }
}

customElements.define('own-answers', OwnAnswers);
