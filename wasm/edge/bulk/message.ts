// What the queue carries. Nothing in a message is believed but what it asks to look at: the state of an object is always R2's own.
import { readOptions } from './config';

/** One page after another of a job's keys is listed. */
export interface List {
  kind: 'list';
  job: string;
  /** The number of pages listed before. */
  page: number;
}

/** Objects that a job listed, with the options that it wants. */
export interface Keys {
  kind: 'keys';
  job: string;
  options: string;
  keys: string[];
}

/** One part of an export after another is written. */
export interface Export {
  kind: 'export';
  export: string;
  /** The number of parts written before. */
  part: number;
}

/** R2's notification that an object was created or deleted. */
export interface Event {
  kind: 'event';
  keys: string[];
}

/** Objects a message, so that a consumer's ten messages are some 200 pictures: 10 s of the 30 s of CPU that it has. */
export const keysPerMessage = 20;
const keyBytes = 1024; // R2's limit
const actions = [
  'PutObject',
  'CopyObject',
  'CompleteMultipartUpload',
  'DeleteObject',
  'LifecycleDeletion', // as R2 names them
];

/** Reads a message; an Error says why it is none that belongs here. */
export function readMessage(body: unknown, bucket: string): List | Keys | Export | Event | Error {
  if (typeof body !== 'object' || body === null) return new Error('it is no object');
  const m = body as Record<string, unknown>;
  if ('kind' in m) return readOurs(m);
  const object = m.object as Record<string, unknown> | undefined | null;
  if (!actions.includes(m.action as string) || typeof object !== 'object' || object === null) {
    return new Error('it is no event of an object that was created or deleted, and no message of a job');
  }
  if (m.bucket !== bucket) return new Error(`it is an event of another bucket than ${bucket}`);
  if (!isKey(object.key)) return new Error(`its key is none: a text of 1 to ${keyBytes} bytes`);
  return { kind: 'event', keys: [object.key] };
}

const isId = (id: unknown): id is string => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id);
const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && Number(n) >= 0;

function readOurs({ kind, job, page, options, keys, ...m }: Record<string, unknown>): List | Keys | Export | Error {
  if (kind === 'export') {
    if (!isId(m.export) || !isCount(m.part)) return new Error('its export has no id, or no number of a part');
    return { kind, export: m.export, part: m.part };
  }
  if (!isId(job)) return new Error('its job has no id');
  if (kind === 'list') {
    if (!isCount(page)) return new Error('its page is no number from 0 on');
    return { kind, job, page };
  }
  if (kind !== 'keys') return new Error('its kind is none of list, keys and export');
  if (typeof options !== 'string' || readOptions(options) !== options) return new Error('its options are none');
  if (!Array.isArray(keys) || !keys.length || keys.length > keysPerMessage || !keys.every(isKey)) {
    return new Error(`its keys are not 1 to ${keysPerMessage} texts of 1 to ${keyBytes} bytes`);
  }
  return { kind, job, options, keys };
}

function isKey(key: unknown): key is string {
  return typeof key === 'string' && key !== '' && new TextEncoder().encode(key).length <= keyBytes;
}
