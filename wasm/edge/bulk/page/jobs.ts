// The list of jobs: one entry for each, changed in place, so that nothing moves under a finger or a screen reader.
import { element } from '../../../../web/app/ui/dom';
import type { Job } from '../jobs';

const states: Record<Job['state'], string> = {
  listing: 'listing what is there',
  working: 'working',
  done: 'done',
  stalled: 'stalled: see the messages that failed',
  cancelled: 'cancelled',
};

export const number = (n: number) => n.toLocaleString('en');

/** As "2 h 5 min". */
export function duration(seconds: number) {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

type Act = (what: 'cancel' | 'requeue', job: Job) => void;

class Entry {
  readonly item: HTMLElement;
  #state = element('span', { class: 'quiet' });
  #bar: HTMLProgressElement;
  #counts = element('dl');
  #cancel: HTMLButtonElement;
  #requeue: HTMLButtonElement;
  #values = new Map<string, HTMLElement>();
  #job: Job;

  constructor(job: Job, act: Act) {
    this.#job = job;
    const name = job.prefix ? `Keys that begin with ${job.prefix}` : 'The whole bucket';
    this.#bar = element('progress', { max: 1, 'aria-label': `Progress of ${name}` });
    const button = (what: 'cancel' | 'requeue', label: string) => {
      const made = element('button', { type: 'button', class: 'button tool' }, label);
      made.append(element('span', { class: 'visually-hidden' }, `: ${name}`));
      made.addEventListener('click', () => act(what, this.#job));
      return made;
    };
    this.#cancel = button('cancel', 'Cancel');
    this.#requeue = button('requeue', 'Send again what is left');
    const about = `${job.options || 'no options'}, begun ${new Date(job.created).toLocaleString('en')}`;
    this.item = element(
      'li',
      {},
      element('div', { class: 'head' }, element('h3', {}, name), this.#state),
      this.#bar,
      this.#counts,
      element('div', { class: 'quiet' }, about),
      element('div', { class: 'actions' }, this.#cancel, this.#requeue),
    );
  }

  show(job: Job) {
    this.#job = job;
    this.#state.textContent = states[job.state];
    this.#bar.value = job.listed ? (job.listed - job.queued) / job.listed : job.state === 'done' ? 1 : 0;
    this.#say('listed', number(job.listed));
    this.#say('done', number(job.done));
    this.#say('failed', number(job.failed));
    this.#say('gone', job.gone ? number(job.gone) : '');
    this.#say('waiting', number(job.queued));
    this.#say('dead letters', job.deadLetters ? number(job.deadLetters) : '');
    this.#say('a second', job.rate ? job.rate.toFixed(1) : '');
    this.#say('left', job.secondsLeft === null ? '' : duration(job.secondsLeft));
    this.#cancel.hidden = job.state === 'done' || job.state === 'cancelled';
    this.#requeue.hidden = job.state === 'done' || job.state === 'listing';
  }

  #say(name: string, value: string) {
    let cell = this.#values.get(name);
    if (!cell) {
      cell = element('dd');
      this.#values.set(name, cell);
      this.#counts.append(element('div', {}, element('dt', {}, name), cell));
    }
    (cell.parentElement as HTMLElement).hidden = value === '';
    cell.textContent = value;
  }
}

export class JobList {
  readonly list = element('ul', { 'aria-label': 'Jobs' });
  #entries = new Map<string, Entry>();

  constructor(readonly act: Act) {}

  show(jobs: Job[]) {
    for (const job of [...jobs].reverse()) {
      let entry = this.#entries.get(job.id);
      if (!entry) {
        entry = new Entry(job, this.act);
        this.#entries.set(job.id, entry);
        this.list.prepend(entry.item);
      }
      entry.show(job);
    }
    for (const [id, entry] of this.#entries) {
      if (jobs.some((job) => job.id === id)) continue;
      entry.item.remove();
      this.#entries.delete(id);
    }
  }
}
