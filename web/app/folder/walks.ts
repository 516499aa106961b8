import { type Given, walk } from '../ui/files.ts';

/** A folder, or several dropped together, whose files are being listed. */
interface Walk {
  end: AbortController;
  /** Takes the files of each folder. */
  give(found: Given[]): void;
}

/** What was set aside. */
export interface Aside {
  /** Goes on where it was, with what has been found meanwhile. */
  resume(): void;
  end(): void;
}

/** The folders that are being opened. */
export class Walks {
  #give: (found: Given[]) => void;
  #walks = new Set<Walk>();

  /** give takes the files of each folder. */
  constructor(give: (found: Given[]) => void) {
    this.#give = give;
  }

  /** Opens entries; resolves to whether there were files in them, or it was ended. */
  async open(entries: FileSystemEntry[]): Promise<boolean> {
    const walking: Walk = { end: new AbortController(), give: this.#give };
    const { signal } = walking.end;
    let any = false;
    const give = (found: Given[]) => {
      any = true;
      walking.give(found);
    };
    this.#walks.add(walking);
    await walk(entries, give, signal);
    this.#walks.delete(walking);
    return any || signal.aborted;
  }

  end(): void {
    for (const { end } of this.#walks) end.abort();
    this.#walks.clear();
  }

  /** Goes on listing, but keeps what is found until it is wanted. */
  setAside(): Aside {
    const walks = [...this.#walks];
    const kept: Given[][] = [];
    for (const walking of walks) {
      this.#walks.delete(walking);
      walking.give = (found) => kept.push(found);
    }
    return {
      resume: () => {
        for (const found of kept) this.#give(found);
        for (const walking of walks) {
          walking.give = this.#give;
          this.#walks.add(walking);
        }
      },
      end: () => {
        for (const { end } of walks) end.abort();
      },
    };
  }
}
