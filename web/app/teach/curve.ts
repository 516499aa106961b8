import type { Report } from '../../mobilenet/mobilenet.js';
import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count, wholePercent } from '../ui/format.ts';
import { svg } from '../ui/svg.ts';

const words = teachText.report;

type Points = NonNullable<Report['curve']>;

/** More examples help where the last step of the curve, which about doubles them, still gains this much on all before. */
const GAIN = 0.01;

const WIDTH = 320;
const HEIGHT = 120;

/** With how many photos it is how good, and in a sentence whether more would help. It takes a while, so it is made when asked for. */
export class LearningCurve extends Component<{ ask: undefined }> {
  #ask = button(words.curveAsk, () => this.#wanted(), 'button tool');
  #sentence = element('p', { role: 'status' });
  #chart = element('div', { class: 'chart' });
  #asked = false;

  connectedCallback(): void {
    this.append(this.#sentence, this.#ask, this.#chart);
  }

  /** Whether it is on its way. */
  set wait(busy: boolean) {
    if (this.#asked && busy && this.#chart.childElementCount === 0) this.#sentence.textContent = words.curveWait;
  }

  show(points: Points | undefined): void {
    this.#ask.hidden = this.#asked || points !== undefined;
    if (!points || points.length === 0) return void this.#chart.replaceChildren();
    this.#sentence.textContent = helps(points) ? words.more_ : words.enough;
    this.#chart.replaceChildren(draw(points));
  }

  #wanted(): void {
    this.#asked = true;
    this.#ask.hidden = true;
    this.#sentence.textContent = words.curveWait;
    this.#sentence.tabIndex = -1;
    this.#sentence.focus({ preventScroll: true });
    this.emit('ask');
  }
}

/** Whether it still gets better with more photos. */
export function helps(points: Points): boolean {
  const shares = points.map(({ accuracy }) => accuracy);
  const last = shares.pop() ?? 0;
  return last - Math.max(0, ...shares) > GAIN;
}

function draw(points: Points): SVGElement {
  const logs = points.map(({ examples }) => Math.log(examples));
  const [first = 0] = logs;
  const range = (logs.at(-1) ?? 0) - first || 1;
  const low = Math.min(0.5, ...points.map(({ accuracy }) => accuracy));
  const x = (i: number) => 24 + ((WIDTH - 48) * ((logs[i] ?? 0) - first)) / range;
  const y = (accuracy: number) => 24 + ((HEIGHT - 52) * (1 - accuracy)) / (1 - low || 1);
  const alt = words.curveAlt(
    points.map(({ examples, accuracy }) => words.point(count(Math.round(examples)), wholePercent(accuracy))),
  );
  const path = points.map(({ accuracy }, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(accuracy).toFixed(1)}`).join('');
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': alt },
    svg('path', { d: path, class: 'line' }),
    ...points.flatMap(({ examples, accuracy }, i) => [
      svg('circle', { cx: x(i), cy: y(accuracy), r: 4 }),
      svg('text', { x: x(i), y: y(accuracy) - 10, class: 'value' }, wholePercent(accuracy)),
      svg('text', { x: x(i), y: HEIGHT - 16 }, count(Math.round(examples))),
    ]),
    svg('text', { x: WIDTH / 2, y: HEIGHT - 2, class: 'axis' }, words.axis),
  );
}

customElements.define('learning-curve', LearningCurve);
