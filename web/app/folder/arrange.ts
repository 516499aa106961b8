import { confidenceOf, type Entry, isClassified, labelOf, meaningOf } from './entry.ts';

/** Which entries are shown, and in what order. */
export interface Arrangement {
  /** Part of the best answer's label, or the beginning of a word of its group's name; in quotation marks all of either. */
  label: string;
  /** Only entries with at least (or below) this probability of the best answer, 0..1. */
  confidence: number;
  below: boolean;
  sort: Sort;
  descending: boolean;
  groupBy: Grouping;
}

/** 'similarity' is that to a chosen entry, the most similar first; only with it there is a likeness. */
export type Sort = 'order' | 'name' | 'label' | 'confidence' | 'similarity';

export type Grouping = 'none' | Naming;

/** By what entries are put together: the label, or the group that ImageNet's classes have. */
export type Naming = 'label' | 'group';

/** The similarity of each entry to a chosen one. */
export type Likeness = ReadonlyMap<Entry, number>;

export interface Group {
  /** '' where there is no label or no group, or no grouping. */
  label: string;
  by: Naming;
  entries: Entry[];
}

const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const orders: Record<Exclude<Sort, 'similarity'>, (a: Entry, b: Entry) => number> = {
  order: (a, b) => a.order - b.order,
  name: (a, b) => compare(a.path, b.path),
  label: (a, b) => compare(labelOf(a), labelOf(b)),
  confidence: (a, b) => confidenceOf(a) - confidenceOf(b),
};

/**
 * Filters, sorts and groups; without grouping all entries are one group. Entries that failed are nowhere, nor are with a likeness
 * those that are not in it.
 */
export function arrange(entries: readonly Entry[], arrangement: Arrangement, likeness?: Likeness): Group[] {
  const { sort, descending, groupBy } = arrangement;
  const wanted = entries.filter(filterOf(arrangement, likeness));
  if (sort !== 'order' || descending) {
    const order = sort === 'similarity' ? byLikeness(likeness) : orders[sort];
    const sign = descending ? -1 : 1;
    // Entries without a result come last in either direction, except when sorting by name or order.
    const last = sort === 'label' || sort === 'confidence';
    const waiting = (entry: Entry) => (last && !isClassified(entry) ? 1 : 0);
    wanted.sort((a, b) => waiting(a) - waiting(b) || sign * order(a, b) || a.order - b.order);
  }
  return groupBy === 'none' ? [{ label: '', by: 'label', entries: wanted }] : grouped(wanted, groupBy, arrangement);
}

const byLikeness = (likeness?: Likeness) => (a: Entry, b: Entry) => (likeness?.get(b) ?? 0) - (likeness?.get(a) ?? 0);

function filterOf({ label, confidence, below }: Arrangement, likeness?: Likeness): (entry: Entry) => boolean {
  const named = label.trim() !== '';
  const all = !named && (below ? confidence >= 1 : confidence <= 0);
  const has = matcher(label);
  return (entry) => {
    if (entry.failure) return false;
    if (likeness && !likeness.has(entry)) return false;
    if (all) return true;
    const sure = confidenceOf(entry);
    return isClassified(entry) && has(entry) && (below ? sure < confidence : sure >= confidence);
  };
}

/** Tells entries whose label, or whose group or a word above it in either language, is what was typed. */
function matcher(typed: string): (entry: Entry) => boolean {
  const part = typed.trim().toLowerCase();
  const whole = /^["“”](.+)["“”]$/.exec(part)?.[1];
  return (entry) => {
    const label = labelOf(entry).toLowerCase();
    const { english, chinese, above } = meaningOf(entry) ?? { english: '', chinese: '', above: [] };
    if (whole) return [label, english, chinese, ...above].includes(whole);
    // Chinese has no spaces between words; in English "ant" must not find plants.
    return label.includes(part) || ` ${[english, ...above].join(' ')}`.includes(` ${part}`) || chinese.includes(part);
  };
}

/** By what such entries are put together; '' if that is not known. */
const nameBy = (entry: Entry, by: Naming): string =>
  by === 'label' ? labelOf(entry) : (meaningOf(entry)?.group ?? '');

/**
 * Largest groups first, or in the order of their names or of their most similar entries if that is asked for; what has no name is
 * the last group.
 */
function grouped(entries: Entry[], by: Naming, { sort, descending }: Arrangement): Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const label = nameBy(entry, by);
    const group = groups.get(label);
    if (group) group.entries.push(entry);
    else groups.set(label, { label, by, entries: [entry] });
  }
  const all = [...groups.values()];
  if (sort === 'label') all.sort((a, b) => (descending ? -1 : 1) * compare(a.label, b.label));
  else if (sort !== 'similarity') all.sort((a, b) => b.entries.length - a.entries.length);
  return all.sort((a, b) => Number(a.label === '') - Number(b.label === ''));
}

/** How many entries have which label or group, the most frequent first. */
export function countNames(entries: readonly Entry[], by: Naming): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    if (!isClassified(entry)) continue;
    const name = nameBy(entry, by);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  counts.delete('');
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}
