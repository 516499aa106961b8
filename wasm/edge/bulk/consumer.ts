// Works off messages. What is asked for several times is done once; what cannot be done now is tried again; what ends the isolate
// is found out, and given up, without the others that came with it.
import { classify, failure, type Outcome, tooLarge } from './classify';
import { type Bulk, bodyLimit, clip } from './config';
import { bury } from './dead';
import { exportPrefix, writePart } from './export';
import { listPage } from './jobs';
import { readMessage } from './message';
import { sendBodies } from './queue';
import { type Claim, claim, type Finding, identify, type Result, settle, starting } from './store';

/** All that is wanted of one object. */
interface Want {
  options: Set<string>;
  /** With the options of events, whatever jobs want. */
  event: boolean;
  jobs: { job: string; options: string }[];
  messages: Set<QueueMessage>;
}
type Wants = Map<string, Want>;

/**
 * What a call does until it hands on the rest: a consumer has 30 s of CPU, in which a run of the network takes 50 ms with all that belongs
 * to it, and a picture of 12 megapixels a second, however few its bytes. Workers' clock goes on only while they wait, which a call
 * does at every object: what it says is never less than the CPU's time.
 */
const most = { runs: 250, bytes: 64 << 20, milliseconds: 15_000 };

const full = ({ runs, bytes, begun }: State) =>
  runs > 0 && (runs >= most.runs || bytes >= most.bytes || Date.now() - begun >= most.milliseconds);

/** How often a classification with these options runs the network. */
const runsOf = (options: string) => Number(new URLSearchParams(options).get('views') ?? 1);

/** What one transaction writes: its results go to D1 as one text, which has at most 2 MB. */
const mostFindings = 500;

/** How often the program is started on one object alone, without an end, before it is given up. */
const mostStarts = 5;

export async function consume(bulk: Bulk, { messages }: MessageBatch) {
  const first: Wants = new Map();
  const again: Wants = new Map();
  const state: State = { runs: 0, bytes: 0, begun: Date.now(), failed: new Set(), left: new Set() };
  for (const message of messages) {
    try {
      await receive(bulk, message, message.attempts > 1 ? again : first);
    } catch (error) {
      state.failed.add(message);
      console.error(`message ${message.id}: ${error}`);
    }
  }
  await work(bulk, first, state, false);
  // One of these may have ended the isolate before: what is classified is written before the next is begun.
  await work(bulk, again, state, true);
  await finish(bulk, messages, state);
}

async function receive(bulk: Bulk, message: QueueMessage, wants: Wants) {
  const m = readMessage(message.body, bulk.bucketName);
  if (m instanceof Error) return bury(bulk, message, m.message);
  if (m.kind === 'list') return listPage(bulk, m);
  if (m.kind === 'export') return writePart(bulk, m);
  for (const key of m.keys) {
    if (key.startsWith(exportPrefix)) continue; // written by us
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
  /** Of the network so far, and what was read for them. */
  runs: number;
  bytes: number;
  /** When the call began, in ms since 1970. */
  begun: number;
  /** To be delivered again. */
  failed: Set<QueueMessage>;
  /** To be sent anew, because there was no room for them in this call. */
  left: Set<QueueMessage>;
}

async function work(bulk: Bulk, wants: Wants, state: State, alone: boolean) {
  if (!wants.size) return;
  if (full(state)) return leave(wants.values(), state);
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
    const write = async () => {
      const list = findings.splice(0);
      if (!list.length) return;
      const wanted = list.map(({ key }) => wants.get(key) as Want);
      try {
        const written = await settle(bulk, list);
        for (const [i, { key }] of list.entries()) {
          // Whoever wrote may have been asked for other options.
          if (!written.has(key)) fail(wanted[i], `${clip(key)} was meanwhile worked on by another consumer`);
        }
      } catch (error) {
        for (const want of wanted) fail(want, error);
      }
    };
    for (const [key, want] of wants) {
      if (full(state)) {
        leave([want], state);
        continue;
      }
      want.jobs = want.jobs.filter(({ job }) => claimed.jobs.has(job));
      if (!want.event && !want.jobs.length) continue; // cancelled
      const known = claimed.known.filter((result) => result.key === key);
      for (const { options } of want.jobs) want.options.add(options);
      if (want.event) want.options.add(bulk.options);
      // What is known of an object that has changed goes, whoever finds it out, so all of it is made anew.
      for (const { options } of known) want.options.add(options);
      const mine = claimed.claims.get(key);
      if (!mine) throw new Error(`D1 gave no claim for ${clip(key)}`);
      try {
        const { runs } = state;
        findings.push(await look(bulk, key, want, mine, known, state, alone));
        if ((alone && state.runs > runs) || findings.length >= mostFindings) await write();
      } catch (error) {
        fail(want, error);
      }
    }
    await write();
  } catch (error) {
    for (const want of wants.values()) fail(want, error);
  }
}

function leave(wants: Iterable<Want>, { left }: State) {
  for (const { messages } of wants) for (const message of messages) left.add(message);
}

/** Reads an object and classifies it with all options for which there is no result yet. */
async function look(
  bulk: Bulk,
  key: string,
  { options, jobs }: Want,
  { claim, applied, started, tried }: Claim,
  known: Result[],
  state: State,
  alone: boolean,
): Promise<Finding> {
  const object = await bulk.bucket.get(key);
  if (!object)
    return { key, claim, applied, etag: null, results: [], jobs: jobs.map(({ job }) => ({ job, state: 'gone' })) };
  const { etag, size } = object;
  const results = new Map<string, Result>();
  const starts = tried === etag ? started : 0;
  let file: Uint8Array | undefined;
  for (const option of options) {
    const id = await identify(bulk.bucketName, key, etag, bulk.model, option);
    let result = known.find((result) => result.id === id);
    if (!result) {
      let outcome: Outcome;
      if (size > bodyLimit) outcome = tooLarge(size);
      else if (starts >= mostStarts) {
        outcome = failure('internal', `the program was started on it ${starts} times and came to no end`);
      } else {
        if (!file) {
          file = new Uint8Array(await object.arrayBuffer());
          if (alone) await starting(bulk, key, etag);
        }
        state.runs += runsOf(option);
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
    applied,
    etag,
    results: [...results.values()],
    jobs: jobs.map(({ job, options }) => ({ job, state: results.get(options)?.state ?? 'failed' })),
  };
}

/** Says of each message what is to become of it. */
async function finish(bulk: Bulk, messages: QueueMessage[], { failed, left }: State) {
  const anew = messages.filter((message) => left.has(message) && !failed.has(message));
  await sendBodies(
    bulk,
    anew.map(({ body }) => body),
  );
  for (const message of messages) {
    if (failed.has(message)) {
      message.retry({ delaySeconds: Math.min(bulk.retrySeconds * 2 ** (message.attempts - 1), 900) });
    } else message.ack();
  }
}
