import type { Example, Project } from './project.ts';

/** After so many lines the page gets a turn: each has thousands of digits. */
const SLICE = 20;

/** Of an example, in a file of numbers. */
interface Line {
  class: string;
  name: string;
  view: number;
  embedding: Float32Array;
}

/**
 * What the model sees in each photo of a project, as a file for programs: an embedding for each of a photo's two views. It is put together
 * in parts, for it can be hundreds of megabytes long.
 */
export async function numbersFile(
  { name, classes }: Project,
  examples: readonly Example[],
  embeddings: (id: string) => readonly Float32Array[],
  format: 'csv' | 'json',
): Promise<File> {
  const names = new Map(classes.map(({ id, name, counter }) => [id, counter ? '' : name]));
  const lines: Line[] = examples.flatMap((example) =>
    embeddings(example.id).map((embedding, view) => ({
      class: names.get(example.class) ?? '',
      name: example.name,
      view: view + 1,
      embedding,
    })),
  );
  const write = format === 'csv' ? csv : json;
  const parts: Blob[] = [new Blob([write.begin(lines[0]?.embedding.length ?? 0)])];
  for (let i = 0; i < lines.length; i += SLICE) {
    const some = lines.slice(i, i + SLICE).map((line, j) => write.line(line, i + j === 0));
    parts.push(new Blob(some));
    await new Promise((resolve) => setTimeout(resolve));
  }
  parts.push(new Blob([write.end]));
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  return new File(parts, `${fileName(name)}-embeddings.${format}`, { type });
}

/** The shortest digits that give the same number of 32 bits. */
const digits = (embedding: Float32Array): string => Array.from(embedding, (n) => String(+n.toPrecision(9))).join(',');

/** By RFC 4180; a byte order mark tells spreadsheets that it is UTF-8. What one would take for a formula gets an apostrophe in front. */
function field(value: string): string {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csv = {
  begin: (size: number) =>
    `\ufeff${['class', 'file', 'view', ...Array.from({ length: size }, (_, i) => `e${i}`)].join(',')}\r\n`,
  line: ({ class: label, name, view, embedding }: Line, _first: boolean) =>
    `${field(label)},${field(name)},${view},${digits(embedding)}\r\n`,
  end: '',
};

const json = {
  begin: (_size: number) => '{"embeddings":[\n',
  line: ({ class: label, name, view, embedding }: Line, first: boolean) =>
    `${first ? '' : ',\n'}{"class":${JSON.stringify(label || null)},"file":${JSON.stringify(name)},"view":${view},"embedding":[${digits(embedding)}]}`,
  end: '\n]}\n',
};

/** A name as that of a file. */
export const fileName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase() || 'model';
