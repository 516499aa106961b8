import { type Entry, type Found, isSeen } from './entry.ts';

/** How many answers a line of the table has. */
const TOP = 5;

/**
 * A table for spreadsheets: one line a file, its answers with their probabilities, or why there are none. By RFC 4180; a byte
 * order mark tells Excel that it is UTF-8.
 */
export function csv(entries: readonly Entry[]): string {
  const head = ['file'];
  for (let i = 1; i <= TOP; i++) head.push(`label_${i}`, `probability_${i}`);
  const lines = [[...head, 'error'], ...entries.map(line)];
  return `\ufeff${lines.map((fields) => `${fields.map(field).join(',')}\r\n`).join('')}`;
}

function line({ path, found, failure }: Entry): string[] {
  const answers = Array.from({ length: TOP }, (_, i) => {
    const { label = '', probability = '' } = found?.predictions[i] ?? {};
    return [label, String(probability)];
  });
  return [path, ...answers.flat(), failure ? `${failure.code}: ${failure.message}` : ''];
}

/**
 * Quotes what needs it. What a spreadsheet would take for a formula gets an apostrophe in front: a file's name must not
 * compute anything where the table is opened.
 */
function field(value: string): string {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Everything about the files, for programs. */
export function json(entries: readonly Entry[]): string {
  const seen = entries.find(isSeen);
  const common = seen ? seen.found.by : undefined;
  const files = entries.map(({ path, found, failure }) => ({
    file: path,
    ...(found && { predictions: found.predictions, ...different(found, common) }),
    ...(failure && { error: failure }),
  }));
  return `${JSON.stringify({ ...common, files }, null, 2)}\n`;
}

/** What a file was looked at with, where that is not as for the first one. */
function different({ by }: Found, common: Found['by'] | undefined): Partial<Found['by']> {
  return Object.fromEntries(Object.entries(by).filter(([key, value]) => common?.[key as keyof Found['by']] !== value));
}
