import { confidenceOf, type Entry, isClassified, labelOf } from './entry.ts';

/** Which entries are shown, and in what order. */
export interface Arrangement {
  /** Part of the best answer's name. */
  label: string;
  /** Only entries with at least (or below) this probability of the best answer, 0..1. */
  confidence: number;
  below: boolean;
  sort: Sort;
  descending: boolean;
  grouped: boolean;
  /** The similarity of each entry to a chosen one: then the most similar come first, whatever `sort` says. */
  likeness?: ReadonlyMap<Entry, number>;
}

export type Sort = 'order' | 'name' | 'label' | 'confidence';

export interface Group {
  /** '' where there is no label, or no grouping. */
  label: string;
  entries: Entry[];
}

const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const orders: Record<Sort, (a: Entry, b: Entry) => number> = {
  order: (a, b) => a.order - b.order,
  name: (a, b) => compare(a.path, b.path),
  label: (a, b) => compare(labelOf(a), labelOf(b)),
  confidence: (a, b) => confidenceOf(a) - confidenceOf(b),
};

/** Filters, sorts and groups; without grouping all entries are one group. Entries that failed are nowhere. */
export function arrange(entries: readonly Entry[], arrangement: Arrangement): Group[] {
  const { likeness } = arrangement;
  const wanted = entries.filter(filterOf(arrangement));
  if (likeness) wanted.sort((a, b) => (likeness.get(b) ?? 0) - (likeness.get(a) ?? 0));
  else if (arrangement.sort !== 'order' || arrangement.descending) {
    const order = orders[arrangement.sort];
    const sign = arrangement.descending ? -1 : 1;
    // Entries without a result come last in either direction, except when sorting by name or order.
    const last = arrangement.sort === 'label' || arrangement.sort === 'confidence';
    const waiting = (entry: Entry) => (last && !isClassified(entry) ? 1 : 0);
    wanted.sort((a, b) => waiting(a) - waiting(b) || sign * order(a, b) || a.order - b.order);
  }
  return arrangement.grouped && !likeness ? grouped(wanted, arrangement) : [{ label: '', entries: wanted }];
}

function filterOf({ label, confidence, below, likeness }: Arrangement): (entry: Entry) => boolean {
  const part = label.trim().toLowerCase();
  const all = !part && (below ? confidence >= 1 : confidence <= 0);
  return (entry) => {
    if (entry.failure) return false;
    if (likeness && !likeness.has(entry)) return false;
    if (all) return true;
    const sure = confidenceOf(entry);
    return (
      isClassified(entry) &&
      labelOf(entry).toLowerCase().includes(part) &&
      (below ? sure < confidence : sure >= confidence)
    );
  };
}

/** Largest groups first, or in the order of the labels if that is asked for; what waits is the last group. */
function grouped(entries: Entry[], { sort }: Arrangement): Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const label = labelOf(entry);
    const group = groups.get(label);
    if (group) group.entries.push(entry);
    else groups.set(label, { label, entries: [entry] });
  }
  const all = [...groups.values()];
  if (sort !== 'label') all.sort((a, b) => b.entries.length - a.entries.length);
  return all.sort((a, b) => Number(a.label === '') - Number(b.label === ''));
}

/** How many entries have which label, the most frequent first. */
export function countLabels(entries: readonly Entry[]): { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    if (isClassified(entry)) counts.set(labelOf(entry), (counts.get(labelOf(entry)) ?? 0) + 1);
  }
  counts.delete('');
  return [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count);
}
