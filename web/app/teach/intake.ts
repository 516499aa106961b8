import { teachText } from '../text/teach.ts';
import { text } from '../text/text.ts';
import { filePicker } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { filesOf, type Given, walk } from '../ui/files.ts';
import { count } from '../ui/format.ts';
import { notices } from '../ui/notices.ts';
import { problemLine } from '../ui/problem.ts';
import { explainPhoto } from './adding.ts';
import type { EmbedderApi } from './embeddings.ts';
import { byFolder } from './folders.ts';
import { MAX_CLASSES, type TeachClass } from './project.ts';
import type { TeachSession } from './session.ts';

const words = teachText.add;

/** Takes photos into the open project: into one class, or a folder with a sub-folder for each class. */
export class Intake {
  #session: TeachSession;

  constructor(session: TeachSession) {
    this.#session = session;
  }

  /** The button that opens a folder, where the browser can give one. */
  folderPicker(): HTMLElement {
    const { input, label } = filePicker(
      {
        id: 'teach-folder',
        kind: 'button tool',
        webkitdirectory: true,
        take: (files) => void this.#fromFiles(filesOf(files)),
      },
      words.folder,
    );
    const box = element('div', { class: 'from-folder' });
    if ('webkitdirectory' in input) box.append(input, label, element('p', { class: 'quiet' }, words.folderHint));
    return box;
  }

  /** Adds photos to a class. */
  async toClass(id: string, files: readonly File[]): Promise<void> {
    const photos = files.map((file) => ({ class: id, image: file, name: file.name }));
    const added = await this.#add(photos);
    const to = this.#class((one) => one.id === id);
    if (added.length > 0 && to) {
      const name = to.counter ? teachText.classes.counter : to.name;
      this.#say(words.added(added.length, count(added.length), name), added);
    }
  }

  /** Adds what was dropped, and resolves to whether there was a photo in it. */
  async fromEntries(entries: FileSystemEntry[]): Promise<boolean> {
    const given: Given[] = [];
    await walk(entries, (found) => given.push(...found), new AbortController().signal);
    return this.#fromFiles(given);
  }

  async #fromFiles(given: readonly Given[]): Promise<boolean> {
    const folders = byFolder(given, teachText.classes.numbered(count(1)));
    let left = 0;
    const photos: { class: string; image: File; name: string }[] = [];
    for (const [name, files] of folders) {
      const { id } = await this.#classNamed(name);
      if (!this.#class((one) => one.id === id)) {
        left++; // there are as many classes as there may be
        continue;
      }
      for (const file of files) photos.push({ class: id, image: file, name: file.name });
    }
    if (left > 0) notices.add(words.tooMany(count(MAX_CLASSES), left, count(left)));
    if (photos.length === 0) {
      if (left === 0) notices.add(words.noFolders);
      return true; // it is said
    }
    const added = await this.#add(photos);
    const used = folders.size - left;
    if (added.length > 0) this.#say(words.opened(added.length, count(added.length), used, count(used)), added);
    return true;
  }

  /** Adds photos, and says which could not be read: their list may be out of sight. */
  async #add(photos: Parameters<EmbedderApi['add']>[0]): ReturnType<EmbedderApi['add']> {
    const { embedder } = this.#session;
    const known = new Set(embedder.state.get().broken);
    const added = await embedder.add(photos);
    const broken = embedder.state.get().broken.filter((photo) => !known.has(photo));
    const [first] = broken;
    if (first) {
      const why = problemLine(await explainPhoto(first));
      notices.add(broken.length === 1 ? why : `${words.broken(broken.length, count(broken.length))}. ${why}`);
    }
    return added;
  }

  /** The class of that name, or an empty one that had no name of its own, or a new one. */
  async #classNamed(name: string): Promise<TeachClass> {
    const { projects } = this.#session;
    const known = this.#class((one) => !one.counter && one.name === name);
    if (known) return known;
    const { open, examples } = projects.state.get();
    const used = new Set(examples.map((example) => example.class));
    const numbered = new Set(open?.classes.map((_, i) => teachText.classes.numbered(count(i + 1))));
    const empty = this.#class((one) => !one.counter && !used.has(one.id) && numbered.has(one.name));
    if (!empty) return projects.addClass(name);
    await projects.renameClass(empty.id, name);
    return this.#class(({ id }) => id === empty.id) ?? empty;
  }

  #class(is: (one: TeachClass) => boolean): TeachClass | undefined {
    return this.#session.projects.state.get().open?.classes.find(is);
  }

  #say(line: string, added: readonly { id: string }[]): void {
    const { projects } = this.#session;
    const act = () => void projects.remove(added.map(({ id }) => id)).then((undo) => undo.forget());
    notices.add(line, { action: { name: text.notices.undo, act }, id: added });
  }
}
