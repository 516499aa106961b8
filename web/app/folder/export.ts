import { type Entry, isClassified, meaningOf, type Result } from './entry.ts';

/** How many answers a line of the table has. */
const TOP = 5;

export type Format = 'csv' | 'json';

/** The entries as a file to download, named after the folder that they are from, if there is one. */
export function exportFile(entries: readonly Entry[], format: Format, folder = ''): File {
  const [content, type] = format === 'csv' ? [csv(entries), 'text/csv'] : [json(entries), 'application/json'];
  return new File([content], `depthwise${folder && `-${folder}`}.${format}`, { type });
}

/**
 * A table for spreadsheets: one line a file, its answers with their probabilities, or why there are none, and the best answer's
 * group, in English as its label. By RFC 4180; a byte order mark tells Excel that it is UTF-8.
 */
function csv(entries: readonly Entry[]): string {
  const head = ['file'];
  for (let i = 1; i <= TOP; i++) head.push(`label_${i}`, `probability_${i}`);
  const lines = [[...head, 'error', 'group'], ...entries.map(line)];
  return `\ufeff${lines.map((fields) => `${fields.map(field).join(',')}\r\n`).join('')}`;
}

function line(entry: Entry): string[] {
  const { path, result, failure } = entry;
  const answers = Array.from({ length: TOP }, (_, i) => {
    const { label = '', probability = '' } = result?.predictions[i] ?? {};
    return [label, String(probability)];
  });
  return [path, ...answers.flat(), failure ? `${failure.code}: ${failure.message}` : '', groupOf(entry)];
}

const groupOf = (entry: Entry): string => meaningOf(entry)?.english ?? '';

/**
 * Quotes what needs it. What a spreadsheet would take for a formula gets an apostrophe in front: a file's name must not
 * compute anything where the table is opened.
 */
function field(value: string): string {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function described({ predictions, noneOfThese }: Result, group: string) {
  return { predictions, ...(noneOfThese !== undefined && { noneOfThese }), ...(group && { group }) };
}

/** Everything about the files, for programs. */
function json(entries: readonly Entry[]): string {
  const seen = entries.find(isClassified);
  const common = seen ? seen.result.by : undefined;
  const files = entries.map((entry) => {
    const { path, result, failure } = entry;
    const group = groupOf(entry);
    return {
      file: path,
      ...(result && described(result, group)),
      ...(result && different(result, common)),
      ...(failure && { error: failure }),
    };
  });
  return `${JSON.stringify({ ...common, files }, null, 2)}\n`;
}

/** How a file was classified, where that differs from the first one. */
function different({ by }: Result, common: Result['by'] | undefined): Partial<Result['by']> {
  return Object.fromEntries(Object.entries(by).filter(([key, value]) => common?.[key as keyof Result['by']] !== value));
}
