import { network, thingsOf } from '../store/network.ts';
import { text } from '../text/text.ts';
import { element } from './dom.ts';
import { count } from './format.ts';

const words = text.answers;

/** What is known of the answers: nothing yet, or whether the model is sure of the best one. */
export type Verdict = 'waiting' | 'sure' | 'unsure';

/** The list of answers below a line that says whether the model is sure of them; both together always take the same room. */
export class AnswerList {
  readonly list = element('ol', { 'aria-label': words.list });
  #line = element('p', { class: 'verdict' });
  readonly element = element(
    'div',
    { class: 'answer-list' },
    element('h2', { class: 'visually-hidden' }, words.heading),
    this.#line,
    this.list,
  );
  #said = '';
  /** How many the model knows, the last one while another loads. */
  #things = 0;

  say(verdict: Verdict, waiting = ''): void {
    const { title, detail } = words.unsure;
    if (verdict === 'unsure' && network.net) this.#things = thingsOf(network.net);
    const classes = network.net?.info.classes;
    if (classes) this.element.style.setProperty('--others', String(Math.min(4, classes - 1)));
    const said = `${verdict} ${this.#things} ${waiting}`;
    if (said === this.#said) return; // live answers say it many times a second
    this.#said = said;
    if (verdict === 'unsure')
      this.#line.replaceChildren(element('strong', {}, title), ` ${detail(count(this.#things))}`);
    else this.#line.textContent = verdict === 'sure' ? words.sure : waiting;
  }
}
