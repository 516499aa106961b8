import { teachText } from '../text/teach.ts';
import { download } from '../ui/card.ts';
import { notices } from '../ui/notices.ts';
import { PageError } from '../ui/problem.ts';
import { ArchiveError, openArchive, saveArchive } from './archive.ts';
import type { NewPhoto } from './embeddings.ts';
import { fileName } from './numbers.ts';
import type { NewExample } from './project.ts';
import type { TeachSession } from './session.ts';

const words = teachText.project;

/** How many photos are stored at a time. */
const BATCH = 50;

/** Projects as files: a zip with the photos, which opens here and elsewhere. */
export class ProjectFiles {
  #session: TeachSession;

  constructor(session: TeachSession) {
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
      if (opened.count === 0) throw new PageError('no-image');
      const { id, classes } = await projects.createInstead(opened.name || words.unnamed, opened.classes);
      let ready: NewExample[] = [];
      let others: NewPhoto[] = [];
      const store = async () => {
        // Also where another one was opened meanwhile.
        if (ready.length > 0) await projects.add(ready, id);
        if (others.length > 0) await embedder.add(others, id);
        ready = [];
        others = [];
      };
      for await (const photo of opened.photos()) {
        const to = classes[photo.class];
        if (!to) continue;
        const { name, image } = photo;
        if (!image) {
          embedder.unreadable(name);
          continue;
        }
        if (photo.ready) ready.push({ class: to.id, name, image });
        else others.push({ class: to.id, name, image });
        if (ready.length + others.length >= BATCH) await store();
      }
      await store();
    } finally {
      close();
    }
  }

  /** In words, what was wrong with a file. */
  explain(error: unknown): string | undefined {
    return error instanceof ArchiveError ? `${words.bad}. ${words.faults[error.fault]}` : undefined;
  }
}
