import type { Key, Listed, Operation, Rows, Table, Tables, Transaction } from './database.ts';

/** By their keys as text. A row that is undefined was deleted. */
type Changes = Map<Table, Map<string, { key: Key; row: Rows[Table] | undefined }>>;

/** Tables in memory, laid over others, which are only read. */
export class Memory implements Tables {
  #base: Tables | undefined;
  #changes: Changes = new Map();

  constructor(base?: Tables) {
    this.#base = base;
  }

  read<T>(_: readonly Table[], what: Operation<T>): Promise<T> {
    return what(this.#transaction(new Map()));
  }

  /** One at a time: the caller waits for the last one. */
  async change<T>(what: Operation<T>): Promise<T> {
    const changes: Changes = new Map();
    const result = await what(this.#transaction(changes));
    for (const [table, rows] of changes) {
      this.#changes.set(table, new Map([...(this.#changes.get(table) ?? []), ...rows]));
    }
    return result;
  }

  #transaction(changes: Changes): Transaction {
    const layers = [changes, this.#changes]; // the newest first
    const write = (table: Table, key: Key, row: Rows[Table] | undefined) => {
      const rows = changes.get(table) ?? new Map();
      changes.set(table, rows.set(textOf(key), { key, row }));
    };
    return {
      get: async <T extends Table>(table: T, key: Key) => {
        const found = layers.find((layer) => layer.get(table)?.has(textOf(key)));
        if (found) return found.get(table)?.get(textOf(key))?.row as Rows[T] | undefined;
        return this.#below(table, undefined, (base) => base.get(table, key));
      },
      all: async <T extends Listed>(table: T, project?: string) => {
        const below = await this.#below(table, [], (base) => base.all(table, project));
        const all = new Map(below.map((row) => [textOf(keyOf(row)), row]));
        for (const layer of [...layers].reverse()) {
          for (const [text, { key, row }] of layer.get(table) ?? []) {
            if (project !== undefined && key[0] !== project) continue;
            if (row) all.set(text, row as Rows[T]);
            else all.delete(text);
          }
        }
        return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
      },
      put: write,
      delete: (table, key) => write(table, key, undefined),
    };
  }

  /** What the tables below say; nothing, where they fail. */
  async #below<T>(table: Table, nothing: T, what: Operation<T>): Promise<T> {
    if (!this.#base) return nothing;
    return this.#base.read([table], what).catch(() => nothing);
  }
}

/** In the order of keys, for ids have one length. */
const textOf = (key: Key) => key.join(' ');

const keyOf = (row: Rows[Listed]): Key => {
  if (!('project' in row)) return [row.id];
  return 'id' in row ? [row.project, row.id] : [row.project];
};
