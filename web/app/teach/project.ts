// What a person teaches: a project of classes and examples, as plain data, and what can be done to a project without storing anything.

/** A class of a project. */
export interface TeachClass {
  id: string;
  /** One line; no other class of the project has it. */
  name: string;
  /** Its photos show none of the other classes. */
  counter: boolean;
}

export interface Project {
  id: string;
  name: string;
  /** In the order in which they are shown, and in which their outputs are in the model. */
  classes: readonly TeachClass[];
  /** When it or its examples were last changed, in ms since 1970. */
  changed: number;
  /** When it was last opened, in ms since 1970. */
  opened: number;
  /** When it was created, in ms since 1970: as long as it was not changed since then, nobody has touched it. */
  created?: number;
}

/** What is kept in memory of an example; its photo and its embeddings are stored beside it. */
export interface Example {
  /** Ids grow: their order is that in which the examples came. */
  id: string;
  /** The id of its project. */
  project: string;
  /** The id of its class. */
  class: string;
  /** The name of the file. */
  name: string;
  /** When it came, in ms since 1970. */
  added: number;
  /** The size of its photo. */
  bytes: number;
  /** The key of the model whose embeddings are stored, if there are any, */
  model?: string;
  /** and their size in bytes. */
  vectors?: number;
}

/** Whether it is as it was created, and none of its examples is of anybody's. */
export const isUntouched = ({ created, changed }: Project): boolean => created === changed;

/** A class to add: its name, or also whether it is that of the counter-examples. */
export type NewClass = string | Pick<TeachClass, 'name' | 'counter'>;

/** An example to add. */
export interface NewExample {
  /** If its place among the others is known already. */
  id?: string;
  /** The id of its class. */
  class: string;
  /** A small JPEG of the full photo, as `classify` makes it with `thumbnail: THUMBNAIL`. */
  image: Blob;
  name: string;
  /** With the key of the model that computed them: `modelKey()`. */
  embeddings?: Embeddings;
}

/** Two views of a photo, by one model. */
export interface Embeddings {
  /** Tells the model from others: see model-key.ts. */
  model: string;
  views: readonly Float32Array[];
}

/** The longest side of an example's photo, in pixels: enough for every model's input, and for seeing what it is. */
export const THUMBNAIL = 448;

/** The longest name of a project or a class, in letters. */
export const MAX_NAME = 80;

/** The most classes that a project may have: so many answers of its head are asked for. */
export const MAX_CLASSES = 200;

let last = 0;

/** An id that is larger than all that were made here before, and unlike those made elsewhere. */
export function newId(): string {
  last = Math.max(last + 1, Date.now() * 1000);
  const random = crypto.getRandomValues(new Uint32Array(2));
  return last.toString(36).padStart(11, '0') + Array.from(random, (n) => n.toString(36).padStart(7, '0')).join('');
}

/** When an id was made, in ms since 1970. */
export const idTime = (id: string): number => Number.parseInt(id.slice(0, 11), 36) / 1000;

/** Runs of what cannot be seen, and the flags of parts of countries: a black flag, tags that spell which part, and the tag that ends them. */
const UNSEEN = /(\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f})|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

/** Between two characters these can be seen by what they make of them: many languages and families of emoji need them. */
const JOINERS = ['\u200c', '\u200d'];

/** A name in one line, without what cannot be seen, and not too long. '' if nothing is left. */
export function cleanName(name: string): string {
  const line = inOneLine(name.normalize('NFC'));
  const short = [...line].slice(0, MAX_NAME).join('');
  return short === line ? line : inOneLine(short); // it may have been cut within a family or a flag
}

const inOneLine = (text: string): string =>
  text
    .replace(UNSEEN, (run: string, flag: string | undefined, at: number, all: string) => {
      const between = at > 0 && at + run.length < all.length;
      return flag ?? (between && JOINERS.includes(run) ? run : ' ');
    })
    .trim();

/** The name, or the first of "name 2", "name 3", … that is not taken. */
export function freeName(name: string, taken: Iterable<string>): string {
  const others = new Set(taken);
  let free = name;
  for (let i = 2; others.has(free); i++) {
    const end = ` ${i}`;
    free = [...name].slice(0, MAX_NAME - end.length).join('') + end;
  }
  return free;
}

export function newProject(name: string, classes: readonly NewClass[] = []): Project {
  const now = Date.now();
  const empty: Project = { id: newId(), name: cleanName(name), classes: [], changed: now, opened: now, created: now };
  const all = classes.map((one) => (typeof one === 'string' ? newClass(one) : newClass(one.name, one.counter)));
  return all.reduce((project, one) => withClass(project, one), empty);
}

export const newClass = (name: string, counter = false): TeachClass => ({ id: newId(), name, counter });

/** The project with another name; as it is, if that has nothing to read. */
export const renamed = (project: Project, name: string): Project => {
  const clean = cleanName(name);
  return clean ? { ...project, name: clean } : project;
};

/**
 * The project with one more class, whose name gets a number if it is taken; as it is, if it has that class already. There is one class of
 * counter-examples at most: a second is one like any other.
 */
export function withClass(project: Project, added: TeachClass, at = project.classes.length): Project {
  const { classes } = project;
  if (classes.some(({ id }) => id === added.id) || classes.length >= MAX_CLASSES) return project;
  const name = freeName(
    cleanName(added.name) || '?',
    classes.map(({ name }) => name),
  );
  const counter = added.counter && !classes.some(({ counter }) => counter);
  return { ...project, classes: [...classes.slice(0, at), { ...added, name, counter }, ...classes.slice(at)] };
}

/** The project with another name for a class; as it is, if that has nothing to read. */
export function withClassNamed(project: Project, id: string, name: string): Project {
  const clean = cleanName(name);
  if (!clean) return project;
  const others = project.classes.filter((other) => other.id !== id).map(({ name }) => name);
  const free = freeName(clean, others);
  return { ...project, classes: project.classes.map((it) => (it.id === id ? { ...it, name: free } : it)) };
}

export const withoutClass = (project: Project, id: string): Project => ({
  ...project,
  classes: project.classes.filter((other) => other.id !== id),
});

/** The project with a class at another place of the list. */
export function withClassAt(project: Project, id: string, at: number): Project {
  const moved = project.classes.find((one) => one.id === id);
  if (!moved) return project;
  const others = project.classes.filter((one) => one !== moved);
  return { ...project, classes: [...others.slice(0, at), moved, ...others.slice(at)] };
}

/** How many examples each class has, by its id. */
export function countsOf(project: Project, examples: readonly Example[]): Map<string, number> {
  const counts = new Map(project.classes.map(({ id }) => [id, 0]));
  for (const example of examples) counts.set(example.class, (counts.get(example.class) ?? 0) + 1);
  return counts;
}

/** Examples class by class in the order of the classes, and within a class as they came: the order in which they are taught. */
export function inOrder<E extends Pick<Example, 'class'>>(project: Project, examples: readonly E[]): E[] {
  const byClass = new Map<string, E[]>(project.classes.map(({ id }) => [id, []]));
  for (const example of examples) byClass.get(example.class)?.push(example);
  return [...byClass.values()].flat();
}
