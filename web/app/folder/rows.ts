import type { Group } from './arrange.ts';

/** A line of the grid: a group's heading, or some of its entries. */
export interface Row {
  y: number;
  group: number;
  /** The place of its first entry among all, and how many it has; 0 for a heading. */
  first: number;
  count: number;
}

/** Sizes in pixels. */
export interface Measures {
  columns: number;
  cell: number;
  gap: number;
  row: number;
  heading: number;
}

/** Puts groups in rows from top to bottom. */
export function layOut(groups: readonly Group[], { columns, row, heading }: Measures): { rows: Row[]; height: number } {
  const rows: Row[] = [];
  let y = 0;
  let first = 0;
  for (const [group, { entries }] of groups.entries()) {
    if (groups.length > 1 || groups[0]?.label) {
      rows.push({ y, group, first, count: 0 });
      y += heading;
    }
    for (let i = 0; i < entries.length; i += columns) {
      const count = Math.min(columns, entries.length - i);
      rows.push({ y, group, first, count });
      first += count;
      y += row;
    }
  }
  return { rows, height: y };
}

/** The index of the row that contains y, or of the nearest one. */
export function rowAt(rows: readonly Row[], y: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows[middle] as Row).y <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The index of the row that holds the entry at this place. */
export function rowOf(rows: readonly Row[], place: number): number {
  let at = rows.length - 1;
  while (at >= 0 && !((rows[at] as Row).count > 0 && (rows[at] as Row).first <= place)) at--;
  return at;
}

/** The place of the entry to which a key leads from this place; -1 for none. A page has so many rows. */
export function placeAfter(key: string, place: number, rows: readonly Row[], page: number): number {
  const { first = 0, count = 0 } = rows.at(-1) ?? {};
  const last = first + count - 1;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, place - 1);
    case 'ArrowRight':
      return Math.min(last, place + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowUp':
      return rowsFurther(rows, place, -1);
    case 'ArrowDown':
      return rowsFurther(rows, place, 1);
    case 'PageUp':
      return rowsFurther(rows, place, -page);
    case 'PageDown':
      return rowsFurther(rows, place, page);
  }
  return -1;
}

/** The place in the same column so many rows further, or as far as there are rows. */
function rowsFurther(rows: readonly Row[], place: number, steps: number): number {
  const filled = rows.filter(({ count }) => count > 0);
  const at = rowOf(filled, place);
  const from = filled[at];
  const to = filled[Math.min(filled.length - 1, Math.max(0, at + steps))];
  if (!from || !to) return 0;
  return to.first + Math.min(to.count - 1, place - from.first);
}
