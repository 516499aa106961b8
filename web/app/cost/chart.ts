import { costText } from '../text/cost.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { compact, count, decimal, hundredths } from '../ui/format.ts';
import { svg } from '../ui/svg.ts';
import { family, type Member, multiplyAddsOf, publishedOf } from './family.ts';

const words = costText.chart;

type Published = (typeof family.published)[number];
type Top = 'Top1' | 'Top5';

const ranges: Record<Top, { from: number; to: number; step: number }> = {
  Top1: { from: 35, to: 75, step: 10 },
  Top5: { from: 60, to: 95, step: 10 },
};
const ticks = [10e6, 20e6, 50e6, 100e6, 200e6, 500e6, 1000e6];
const [least, most] = [8e6, 1300e6];
const ALPHAS = [1, 0.75, 0.5, 0.25];

/** Published accuracy against multiply-adds, a line for each width multiplier. Emits the network that a person chooses. */
export class CostChart extends Component<{ choose: Member }> {
  #plot = element('div', { class: 'plot' });
  #measure = segments(words.choices.measure, words.measures, () => this.#draw());
  #top = segments(words.choices.top, words.tops, () => this.#draw());
  #says = element('p', { class: 'says', role: 'status' });
  #member: Member = { alpha: 1, resolution: 224 };
  #loaded: (Member & { multiplyAdds: number }) | undefined;
  /** Draws in the next frame: drawing changes the height, which within the same frame would be a resize loop. */
  #resize = new ResizeObserver(() => requestAnimationFrame(() => this.#draw()));

  connectedCallback(): void {
    this.#resize.observe(this.#plot);
    if (this.childElementCount > 0) return;
    this.append(
      element('h3', {}, words.heading),
      element('p', {}, words.lead),
      element('div', { class: 'choices' }, this.#measure.group, this.#top.group),
      element(
        'p',
        { class: 'legend', 'aria-hidden': 'true' },
        ...ALPHAS.map((alpha, i) => element('span', {}, shapeOf(i), `α ${hundredths(alpha)}`)),
      ),
      this.#plot,
      this.#says,
    );
  }

  disconnectedCallback(): void {
    this.#resize.disconnect();
  }

  /** The network that the sliders select. */
  set member(member: Member) {
    this.#member = member;
    this.#draw();
  }

  /** The network that is loaded. */
  set loaded(loaded: (Member & { multiplyAdds: number }) | undefined) {
    this.#loaded = loaded;
    this.#draw();
  }

  #draw(): void {
    const width = this.#plot.clientWidth;
    if (!width) return;
    const height = Math.round(Math.min(460, Math.max(280, 0.55 * width)));
    const [left, right, above, below] = [44, 14, 14, 48];
    const { from, to, step } = ranges[this.#top.value];
    const x = (n: number) =>
      left + ((width - left - right) * (Math.log(n) - Math.log(least))) / (Math.log(most) - Math.log(least));
    const y = (accuracy: number) => above + ((height - above - below) * (to - accuracy)) / (to - from);
    const accuracy = (row: Published) => row[this.#measure.value][this.#top.value];
    const place = (row: Published) => {
      const cost = multiplyAddsOf({ alpha: row.Alpha, resolution: row.Resolution }) ?? row.MultiplyAdds * 1e6;
      return { x: x(cost), y: y(accuracy(row)) };
    };

    const label = words.label(words.measures[this.#measure.value], words.tops[this.#top.value]);
    const made = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
    for (let value = Math.ceil(from / step) * step; value <= to; value += step) {
      made.append(
        svg('path', { class: 'grid', d: `M${left} ${y(value)}H${width - right}` }),
        svg('text', { x: left - 8, y: y(value) + 4, class: 'end' }, `${count(value)}%`),
      );
    }
    const narrow = width < 480;
    for (const tick of ticks) {
      made.append(svg('path', { class: 'grid', d: `M${x(tick)} ${above}V${height - below}` }));
      if (!narrow || String(tick).startsWith('1')) {
        made.append(svg('text', { x: x(tick), y: height - below + 20, class: 'middle' }, compact(tick)));
      }
    }
    made.append(
      svg('text', { x: (left + width - right) / 2, y: height - 6, class: 'middle' }, text.inside.columns.multiplyAdds),
    );

    for (const [series, alpha] of ALPHAS.entries()) {
      const rows = family.published.filter((row) => row.Alpha === alpha);
      const places = rows.map(place);
      made.append(
        svg('path', { class: 'series', d: places.map((p, i) => `${i ? 'L' : 'M'}${p.x} ${p.y}`).join('') }),
        ...rows.map((row, i) => this.#point(row, places[i] as { x: number; y: number }, series, accuracy(row))),
      );
    }
    this.#mark(made, this.#member, multiplyAddsOf(this.#member), 'here', { x, place, above, bottom: height - below });
    if (this.#loaded) {
      this.#mark(made, this.#loaded, this.#loaded.multiplyAdds, 'loaded', { x, place, above, bottom: height - below });
    }
    this.#plot.replaceChildren(made);
    this.#say(accuracy);
  }

  #point(row: Published, { x, y }: { x: number; y: number }, series: number, accuracy: number): SVGElement {
    const point = svg(
      'g',
      { class: 'point', transform: `translate(${x} ${y})` },
      svg('circle', { r: 14, class: 'target' }),
      svg('path', { d: shapes[series] as string }),
      svg('title', {}, words.point(hundredths(row.Alpha), count(row.Resolution), decimal(accuracy, 3))),
    );
    point.addEventListener('click', () => this.emit('choose', { alpha: row.Alpha, resolution: row.Resolution }));
    return point;
  }

  /** Marks a network at its multiply-adds, and its accuracy if that was published. */
  #mark(
    made: SVGElement,
    member: Member,
    multiplyAdds: number | undefined,
    kind: 'here' | 'loaded',
    {
      x,
      place,
      above,
      bottom,
    }: { x: (n: number) => number; place: (row: Published) => { x: number; y: number }; above: number; bottom: number },
  ): void {
    if (!multiplyAdds) return;
    const row = publishedOf(member);
    const at = Math.min(Math.max(x(multiplyAdds), x(least)), x(most));
    const group = svg('g', { class: `mark-${kind}`, 'data-alpha': member.alpha, 'data-resolution': member.resolution });
    if (kind === 'here') group.append(svg('path', { class: 'line', d: `M${at} ${above}V${bottom}` }));
    if (row) {
      const p = place(row);
      group.append(svg('circle', { cx: p.x, cy: p.y, r: kind === 'here' ? 11 : 15 }));
      if (kind === 'loaded') group.append(svg('text', { x: p.x, y: p.y + 32, class: 'middle' }, words.loaded));
    } else if (kind === 'loaded') {
      group.append(
        svg('path', { class: 'line', d: `M${at} ${above}V${bottom}` }),
        svg('text', { x: at, y: bottom - 8, class: 'middle' }, words.loaded),
      );
    }
    made.append(group);
  }

  #say(accuracy: (row: Published) => number): void {
    const { alpha, resolution } = this.#member;
    const row = publishedOf(this.#member);
    const name = words.name(hundredths(alpha), count(resolution));
    const sentence = row
      ? words.says(name, decimal(accuracy(row), 3), words.tops[this.#top.value], words.measures[this.#measure.value])
      : words.saysNothing(name);
    if (this.#says.textContent !== sentence) this.#says.textContent = sentence;
  }
}

/** A circle, square, triangle and diamond: lines are told apart without colour too. */
const shapes = [
  'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z',
  'M-5.5-5.5h11v11h-11z',
  'M0-7l7 12h-14z',
  'M0-7.5l7.5 7.5l-7.5 7.5l-7.5-7.5z',
];

const shapeOf = (series: number): SVGElement =>
  svg('svg', { viewBox: '-9 -9 18 18', width: 18, height: 18 }, svg('path', { d: shapes[series] as string }));

customElements.define('cost-chart', CostChart);
