import { teachText } from '../text/teach.ts';
import { download } from '../ui/card.ts';
import { notices } from '../ui/notices.ts';
import { fileName } from './numbers.ts';
import type { NewExample, TeachClass } from './project.ts';
import type { Session } from './session.ts';
import { ArchiveError, openArchive, saveArchive } from './stub.ts';

const words = teachText.project;

/** How many photos are stored at a time. */
const BATCH = 50;

/** Projects as files: a zip with the photos, which opens here and elsewhere. */
export class ProjectFiles {
  #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Downloads the open project. */
  async save(): Promise<void> {
    const { projects } = this.#session;
    const { open, examples } = projects.state.get();
    if (!open) return;
    const zip = await saveArchive(open, examples, (id) => projects.image(id));
    const name = `${fileName(open.name)}.zip`;
    download(new File([zip], name, { type: 'application/zip' }));
    notices.add(teachText.export.saved(name));
  }

  /** Opens a file as a new project. */
  async open(file: File): Promise<void> {
    const { projects, embedder } = this.#session;
    const close = notices.add(words.opening, { stays: true });
    try {
      const opened = await openArchive(file);
      const name = opened.name || file.name.replace(/\.zip$/i, '') || words.unnamed;
      await projects.create(name, []);
      const classes: TeachClass[] = [];
      for (const { name, counter } of opened.classes) classes.push(await projects.addClass(name, counter));
      let batch: NewExample[] = [];
      const store = async () => {
        if (opened.own) await projects.add(batch);
        else void embedder.add(batch);
        batch = [];
      };
      for await (const { class: place, name, image } of opened.photos) {
        const to = classes[place];
        if (to) batch.push({ class: to.id, name, image });
        if (batch.length >= BATCH) await store();
      }
      if (batch.length > 0) await store();
    } finally {
      close();
    }
  }

  /** In words, what was wrong with a file. */
  explain(error: unknown): string | undefined {
    return error instanceof ArchiveError ? `${words.bad}. ${words.faults[error.code]}` : undefined;
  }
}
