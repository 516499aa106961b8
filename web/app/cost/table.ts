import { costText } from '../text/cost.ts';
import { element } from '../ui/dom.ts';
import { count, decimal, hundredths, percent } from '../ui/format.ts';
import { family, multiplyAddsOf } from './family.ts';

const words = costText.chart;

/** What the chart shows, and what it leaves out, as a table. */
export function publishedTable(): HTMLElement {
  const { columns } = words;
  const head = element('tr', {}, ...Object.values(columns).map((title) => element('th', { scope: 'col' }, title)));
  const differ = (yes: boolean) => (yes ? '†' : '');
  const rows = family.published.map((row) =>
    element(
      'tr',
      { 'data-alpha': row.Alpha, 'data-resolution': row.Resolution },
      element('th', { scope: 'row' }, hundredths(row.Alpha)),
      ...[
        count(row.Resolution),
        count(multiplyAddsOf({ alpha: row.Alpha, resolution: row.Resolution }) ?? 0),
        `${count(row.MultiplyAdds)}${differ(row.MultiplyAddsDiffer)}`,
        `${decimal(row.Parameters, 3)}${differ(row.ParametersDiffer)}`,
        ...[row.Float.Top1, row.Float.Top5, row.Quantized.Top1, row.Quantized.Top5].map((a) => percent(a / 100)),
      ].map((cell) => element('td', {}, cell)),
    ),
  );
  return element(
    'details',
    {},
    element('summary', {}, words.table),
    element(
      'div',
      { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': words.table },
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
    ),
    element('p', { class: 'quiet' }, words.differ),
  );
}
