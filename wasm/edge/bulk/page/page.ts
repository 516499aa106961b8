// The page /bulk: jobs, their progress, what failed and why, and results by label.
import { element } from '../../../../web/app/ui/dom';
import type { DeadLetter } from '../dead';
import type { Job } from '../jobs';
import type { Page } from '../results';
import { ask, Refused, read, token } from './ask';
import { JobList, number } from './jobs';

const status = element('p', { class: 'visually-hidden', role: 'status' });
const problem = element('p', { class: 'problem', role: 'alert', hidden: true });
const forget = element('button', { type: 'button', class: 'button tool', hidden: true }, 'Forget the token');
const main = element('main');
document.body.prepend(element('header', {}, element('h1', {}, 'Many pictures'), forget), problem, status, main);

/** Says what went wrong, or that nothing does any more. */
function complain(error?: unknown) {
  const text = error === undefined ? '' : error instanceof Error ? error.message : String(error);
  if (problem.textContent !== text) problem.textContent = text;
  problem.hidden = !text;
}

let visit = 0;

function askToken(error?: unknown) {
  visit++;
  forget.hidden = true;
  complain(error);
  const input = element('input', { type: 'password', autocomplete: 'current-password', required: true });
  const form = element(
    'form',
    {},
    element('label', {}, 'Token: the secret BULK_TOKEN of the Worker', input),
    element('button', { class: 'button primary' }, 'Open'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    token.set(input.value);
    open();
  });
  main.replaceChildren(form);
  input.focus();
}

forget.addEventListener('click', () => {
  token.forget();
  askToken();
});

const plural = (n: number, what: string) => `${number(n)} ${what}${n === 1 ? '' : 's'}`;

/** A form whose submission runs use; while it does, its button waits. */
function formOf(use: () => Promise<void>, button: HTMLButtonElement, ...fields: HTMLElement[]) {
  const form = element('form', {}, ...fields, button);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await doing(button, use);
  });
  return form;
}

async function doing(button: HTMLButtonElement, use: () => Promise<void>) {
  button.disabled = true;
  try {
    await use();
    complain();
  } catch (error) {
    if (error instanceof Refused) askToken(error);
    else complain(error);
  } finally {
    button.disabled = false;
  }
}

function jobsSection(refresh: () => Promise<void>) {
  const list = new JobList(async (what, job) => {
    const id = encodeURIComponent(job.id);
    try {
      await (what === 'cancel'
        ? ask(`jobs/${id}`, { method: 'DELETE' })
        : ask(`jobs/${id}/requeue`, { method: 'POST' }));
      complain();
    } catch (error) {
      complain(error);
    }
    await refresh();
  });
  const prefix = element('input', { autocomplete: 'off', spellcheck: 'false' });
  const crop = element(
    'select',
    {},
    ...['center', 'square', 'whole'].map((value) => element('option', { value }, value)),
  );
  const views = element('select', {}, ...['1', '2', '4'].map((value) => element('option', { value }, value)));
  const start = async () => {
    const options = new URLSearchParams({ top: '5' });
    if (views.value === '1') options.set('crop', crop.value);
    else options.set('views', views.value);
    await ask('jobs', { method: 'POST', body: JSON.stringify({ prefix: prefix.value, options: String(options) }) });
    status.textContent = 'The job has begun.';
    await refresh();
  };
  const form = formOf(
    start,
    element('button', { class: 'button primary' }, 'Classify what is there'),
    element('label', {}, 'Keys that begin with (empty: all)', prefix),
    element('label', {}, 'Crop (of one view)', crop),
    element('label', {}, 'Views', views),
  );
  const none = element('p', { class: 'quiet' }, 'There has been no job yet. What is put into the bucket needs none.');
  const section = element('section', {}, element('h2', {}, 'Jobs'), form, none, list.list);
  const before = new Map<string, Job['state']>();
  const show = (jobs: Job[]) => {
    list.show(jobs);
    none.hidden = jobs.length > 0;
    for (const { id, state, prefix, done, failed } of jobs) {
      if (before.has(id) && before.get(id) !== state && state !== 'working') {
        status.textContent = `Job ${prefix || 'of the whole bucket'}: ${state}; ${number(done)} done, ${number(failed)} failed.`;
      }
      before.set(id, state);
    }
  };
  return { section, show };
}

function failuresSection() {
  const failed = element('ul', { 'aria-label': 'Objects that failed' });
  const dead = element('ul', { 'aria-label': 'Messages that failed' });
  const told = element('p', { class: 'quiet' });
  const toldDead = element('p', { class: 'quiet' });
  const again = element('button', { type: 'button', class: 'button tool' }, 'Send the messages again');
  again.addEventListener('click', () =>
    doing(again, async () => {
      const { requeued } = await read('dead-letters/requeue', { method: 'POST' });
      status.textContent = `${plural(requeued, 'message')} sent again.`;
      await refresh();
    }),
  );
  const refresh = async () => {
    const [page, letters]: [Page, { messages: DeadLetter[]; cursor: string | null }] = await Promise.all([
      read('results?state=failed&limit=20'),
      read('dead-letters'),
    ]);
    const many = (n: number, more: boolean) => (more ? `More than ${number(n)}; the first:` : '');
    told.textContent = page.results.length ? many(20, page.cursor !== null) : 'No object has failed.';
    toldDead.textContent = letters.messages.length ? many(100, letters.cursor !== null) : 'No message was given up.';
    again.hidden = !letters.messages.length;
    failed.replaceChildren(
      ...page.results.map(({ key, reason, detail }) =>
        element('li', {}, element('h3', {}, key), element('div', { class: 'quiet' }, `${reason}: ${detail}`)),
      ),
    );
    dead.replaceChildren(
      ...letters.messages.map(({ id, body, reason, arrived }) =>
        element(
          'li',
          {},
          element('h3', {}, `${reason}`),
          element('div', { class: 'quiet' }, `${new Date(arrived).toLocaleString('en')}, ${id}`),
          element('div', { class: 'quiet' }, JSON.stringify(body).slice(0, 300)),
        ),
      ),
    );
  };
  const section = element(
    'section',
    {},
    element('h2', {}, 'Objects that failed'),
    told,
    failed,
    element('div', { class: 'head' }, element('h2', {}, 'Messages that failed'), again),
    toldDead,
    dead,
  );
  return { section, refresh };
}

function resultsSection() {
  const label = element('input', { autocomplete: 'off' });
  const min = element('input', { type: 'number', min: '0', max: '1', step: 'any', value: '0' });
  const prefix = element('input', { autocomplete: 'off', spellcheck: 'false' });
  const list = element('ul', { 'aria-label': 'Results' });
  const more = element('button', { type: 'button', class: 'button tool', hidden: true }, 'More');
  const told = element('p', { class: 'quiet', role: 'status' });
  let asked = new URLSearchParams();
  let shown = 0;
  const load = async () => {
    const { results, cursor }: Page = await read(`results?${asked}`);
    list.append(
      ...results.map((row) =>
        element(
          'li',
          {},
          element('h3', {}, row.key),
          element('div', {}, (row.predictions ?? []).map(share).join(', ')),
          element('div', { class: 'quiet' }, row.options),
        ),
      ),
    );
    shown += results.length;
    told.textContent = `${plural(shown, 'result')}${cursor === null ? '' : ', and there are more'}.`;
    if (cursor !== null) asked.set('cursor', cursor);
    more.hidden = cursor === null;
  };
  const search = async () => {
    asked = new URLSearchParams({ limit: '50', min: min.value || '0', prefix: prefix.value });
    if (label.value) asked.set('label', label.value);
    list.replaceChildren();
    shown = 0;
    await load();
  };
  more.addEventListener('click', () => doing(more, load));
  const save = (format: string) => {
    const button = element('button', { type: 'button', class: 'button tool' }, `Save all as ${format.toUpperCase()}`);
    button.addEventListener('click', () => doing(button, () => saveAs(format)));
    return button;
  };
  const write = element('button', { type: 'button', class: 'button tool' }, 'Write all to the bucket');
  write.addEventListener('click', () =>
    doing(write, async () => {
      const { prefix } = await read('exports', { method: 'POST' });
      told.textContent = `The parts will lie at ${prefix}`;
    }),
  );
  const form = formOf(
    search,
    element('button', { class: 'button primary' }, 'Find'),
    element('label', {}, 'Likeliest label', label),
    element('label', {}, 'Probability from', min),
    element('label', {}, 'Keys that begin with', prefix),
  );
  const actions = element('div', { class: 'actions' }, save('ndjson'), save('csv'), write);
  return element('section', {}, element('h2', {}, 'Results'), form, told, list, more, actions);
}

const share = ({ label, probability }: { label: string; probability: number }) =>
  `${label} ${(100 * probability).toFixed(1)}%`;

/** Saves a stream as a file. A link could not bring the token. */
async function saveAs(format: string) {
  const url = URL.createObjectURL(await (await ask(`results?state=all&format=${format}`)).blob());
  element('a', { href: url, download: `results.${format}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function open() {
  const mine = ++visit;
  const failures = failuresSection();
  const refresh = async () => {
    const { jobs }: { jobs: Job[] } = await read('jobs');
    await failures.refresh();
    if (mine !== visit) return [];
    shownJobs.show(jobs);
    return jobs;
  };
  const shownJobs = jobsSection(async () => void (await refresh()));
  for (let first = true; mine === visit; first = false) {
    let jobs: Job[] = [];
    try {
      jobs = await refresh();
      if (mine !== visit) return;
      complain();
    } catch (error) {
      if (mine !== visit) return;
      if (error instanceof Refused) return askToken(error);
      complain(error);
    }
    if (first) {
      forget.hidden = false;
      main.replaceChildren(shownJobs.section, failures.section, resultsSection());
    }
    await pause(jobs);
  }
}

/** Counting reads a row a key, which D1 has to be paid for: ten million every ten minutes, few of them every two seconds. */
async function pause(jobs: Job[]) {
  const keys = jobs.reduce((sum, { listed }) => sum + listed, 0);
  await new Promise((resolve) => setTimeout(resolve, Math.min(600_000, Math.max(2000, keys / 16))));
  if (document.hidden) {
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
  }
}

if (token.get()) open();
else askToken();
