// Works off messages. What is asked for several times is done once; what cannot be done now is tried again; what ends the isolate
// is found out, and given up, without the others that came with it.
import { classify, failure, type Outcome, tooLarge } from './classify';
import { type Bulk, bodyLimit, clip } from './config';
import { bury } from './dead';
import { listPage } from './jobs';
import { readMessage } from './message';
import { claim, type Finding, identify, type Result, settle, starting } from './store';

/** All that is wanted of one object. */
interface Want {
  options: Set<string>;
  /** Also with the options that it was classified with before it changed. */
  event: boolean;
  jobs: { job: string; options: string }[];
  messages: Set<QueueMessage>;
}
type Wants = Map<string, Want>;

/** What a call classifies until it hands on the rest: a consumer has 30 s of CPU, a picture takes 50 ms, one of 5 MB a second. */
const most = { pictures: 250, bytes: 64 << 20 };

/** How often the program is started on one object alone, without an end, before it is given up. */
const mostStarts = 5;

export async function consume(bulk: Bulk, { messages }: MessageBatch) {
  const first: Wants = new Map();
  const again: Wants = new Map();
  const state: State = { pictures: 0, bytes: 0, failed: new Set(), left: new Set() };
  for (const message of messages) {
    try {
      await receive(bulk, message, message.attempts > 1 ? again : first);
    } catch (error) {
      state.failed.add(message);
      console.error(`message ${message.id}: ${error}`);
    }
  }
  await work(bulk, first, state, false);
  // One of these may have ended the isolate before: each is written before the next begins.
  for (const [key, want] of again) await work(bulk, new Map([[key, want]]), state, true);
  await finish(bulk, messages, state);
}

async function receive(bulk: Bulk, message: QueueMessage, wants: Wants) {
  const m = readMessage(message.body, bulk.bucketName);
  if (m instanceof Error) return bury(bulk, message, m.message);
  if (m.kind === 'list') return listPage(bulk, m);
  for (const key of m.keys) {
    let want = wants.get(key);
    if (!want) {
      want = { options: new Set(), event: false, jobs: [], messages: new Set() };
      wants.set(key, want);
    }
    want.messages.add(message);
    if (m.kind === 'event') want.event = true;
    else want.jobs.push({ job: m.job, options: m.options });
  }
}

interface State {
  /** Classified so far. */
  pictures: number;
  bytes: number;
  /** To be delivered again. */
  failed: Set<QueueMessage>;
  /** To be sent anew, because there was no room for them in this call. */
  left: Set<QueueMessage>;
}

async function work(bulk: Bulk, wants: Wants, state: State, alone: boolean) {
  if (!wants.size) return;
  const fail = ({ messages }: Want, error: unknown) => {
    for (const message of messages) {
      state.failed.add(message);
      console.error(`message ${message.id}: ${clip(String(error), 400)}`);
    }
  };
  try {
    const jobs = [...wants.values()].flatMap((want) => want.jobs.map(({ job }) => job));
    const claimed = await claim(bulk, [...wants.keys()], [...new Set(jobs)]);
    const findings: Finding[] = [];
    for (const [key, want] of wants) {
      if (state.pictures >= most.pictures || state.bytes >= most.bytes) {
        for (const message of want.messages) state.left.add(message);
        continue;
      }
      want.jobs = want.jobs.filter(({ job }) => claimed.jobs.has(job));
      if (!want.event && !want.jobs.length) continue; // cancelled
      const known = claimed.known.filter((result) => result.key === key);
      for (const { options } of want.jobs) want.options.add(options);
      if (want.event) for (const options of [bulk.options, ...known.map((r) => r.options)]) want.options.add(options);
      const mine = claimed.claims.get(key);
      if (!mine) throw new Error(`D1 gave no claim for ${clip(key)}`);
      try {
        findings.push(await look(bulk, key, want, mine, known, state, alone));
      } catch (error) {
        fail(want, error);
      }
    }
    if (!findings.length) return;
    const written = await settle(bulk, findings);
    for (const { key } of findings) {
      const want = wants.get(key);
      // Whoever wrote may have been asked for other options.
      if (want && !written.has(key)) fail(want, `${clip(key)} was meanwhile worked on by another consumer`);
    }
  } catch (error) {
    for (const want of wants.values()) fail(want, error);
  }
}

/** Reads an object and classifies it with all options for which there is no result yet. */
async function look(
  bulk: Bulk,
  key: string,
  { options, jobs }: Want,
  { claim, started }: { claim: number; started: number },
  known: Result[],
  state: State,
  alone: boolean,
): Promise<Finding> {
  const object = await bulk.bucket.get(key);
  if (!object) return { key, claim, etag: null, results: [], jobs: jobs.map(({ job }) => ({ job, state: 'gone' })) };
  const { etag, size } = object;
  const results = new Map<string, Result>();
  let file: Uint8Array | undefined;
  for (const option of options) {
    const id = await identify(bulk.bucketName, key, etag, bulk.model, option);
    let result = known.find((result) => result.id === id);
    if (!result) {
      let outcome: Outcome;
      if (size > bodyLimit) outcome = tooLarge(size);
      else if (started >= mostStarts) {
        outcome = failure('internal', `the program was started on it ${started} times and came to no end`);
      } else {
        file ??= new Uint8Array(await object.arrayBuffer());
        if (alone) await starting(bulk, key);
        state.pictures++;
        state.bytes += size;
        outcome = await classify(bulk, file, option);
      }
      result = { id, key, etag, model: bulk.model, options: option, size, ...outcome };
    }
    results.set(option, result);
  }
  if (!file) await object.body.cancel();
  return {
    key,
    claim,
    etag,
    results: [...results.values()],
    jobs: jobs.map(({ job, options }) => ({ job, state: results.get(options)?.state ?? 'failed' })),
  };
}

/** Says of each message what is to become of it. */
async function finish(bulk: Bulk, messages: QueueMessage[], { failed, left }: State) {
  const anew = messages.filter((message) => left.has(message) && !failed.has(message));
  if (anew.length) await bulk.queue.sendBatch(anew.map(({ body }) => ({ body })));
  for (const message of messages) {
    if (failed.has(message)) {
      message.retry({ delaySeconds: Math.min(bulk.retrySeconds * 2 ** (message.attempts - 1), 900) });
    } else message.ack();
  }
}
