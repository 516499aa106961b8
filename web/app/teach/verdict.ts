import type { ClassReport, Report } from '../../mobilenet/mobilenet.js';
import { teachText } from '../text/teach.ts';
import { count } from '../ui/format.ts';

const words = teachText.report;

/** How many classes are named that are not recognised. */
const FEW = 3;

/** How the classes of a report are called. */
export const namesOf = ({ classes }: Report): string[] =>
  classes.map(({ label }) => label ?? teachText.classes.counter);

/** "About 19 of 20 right". */
export function headline({ tested, accuracy }: Report): string {
  const right = Math.round(accuracy * tested);
  if (right === tested) return words.all(tested, count(tested));
  if (tested <= 20) return words.exact(count(right), count(tested));
  const of = accuracy > 0.975 ? 100 : 20;
  return words.about(count(Math.min(of - 1, Math.round(of * accuracy))), count(of));
}

/** What that hides: the classes that are never recognised or seldom, or that were not asked about, the worst first, a line each. */
export function weak(report: Report): string[] {
  const names = namesOf(report);
  const found = report.classes
    .map((one, i) => ({ ...one, name: names[i] ?? '' }))
    .filter(({ tested, right }) => right < tested / 2 || tested === 0)
    .sort((a, b) => share(a) - share(b));
  const lines = found.slice(0, FEW).map(({ name, tested, right }) => {
    if (tested === 0) return words.untested(name);
    return right === 0 ? words.never(name, tested, count(tested)) : words.seldom(name, count(right), count(tested));
  });
  const rest = found.length - FEW;
  return rest > 0 ? [...lines, words.further(rest, count(rest))] : lines;
}

/** Those that were not asked about are last. */
const share = ({ tested, right }: ClassReport): number => (tested === 0 ? 1 : right / tested);
