// A host for compiled models in Node.js, driven by node_test.go: commands come on standard input, replies go to standard
// output. Every command is one letter and little-endian numbers; every reply is one byte, 0 for done, and what the command
// gives, or 1 and a message.
//
//   I pages shared threads length module…   make an instance
//   W offset length bytes…                  write memory
//   R offset length        -> bytes         read memory
//   X first last           -> i32           call run
//   T first last n         -> n × f64       call run n times, milliseconds each
//   K thread                                kill a worker
//   Q                                       drop the instance
import { readSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

if (isMainThread) {
  await serve();
} else {
  const { module, memory, thread } = workerData;
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  parentPort.postMessage('ready');
  instance.exports.worker(thread);
}

async function serve() {
  let memory, run;
  const workers = [];
  for (;;) {
    const command = read(1, true);
    if (command === null) break;
    try {
      switch (String.fromCharCode(command[0])) {
        case 'I': {
          const [pages, shared, threads, length] = numbers(4);
          memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: shared !== 0 });
          const module = new WebAssembly.Module(read(length));
          run = new WebAssembly.Instance(module, { env: { memory } }).exports.run;
          for (let thread = 1; thread < threads; thread++) {
            const worker = new Worker(new URL(import.meta.url), { workerData: { module, memory, thread } });
            await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
            workers.push(worker);
          }
          reply();
          break;
        }
        case 'W': {
          const [offset, length] = numbers(2);
          new Uint8Array(memory.buffer, offset, length).set(read(length));
          reply();
          break;
        }
        case 'R': {
          const [offset, length] = numbers(2);
          reply(new Uint8Array(memory.buffer, offset, length).slice());
          break;
        }
        case 'X': {
          const [first, last] = numbers(2);
          reply(Int32Array.of(run(first, last)));
          break;
        }
        case 'T': {
          const [first, last, n] = numbers(3);
          const times = new Float64Array(n);
          for (let i = 0; i < n; i++) {
            const start = performance.now();
            run(first, last);
            times[i] = performance.now() - start;
            if (i % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 5)); // lets optimised code in
          }
          reply(times);
          break;
        }
        case 'K': {
          const [thread] = numbers(1);
          await workers[thread - 1].terminate();
          reply();
          break;
        }
        case 'Q':
          for (const worker of workers.splice(0)) await worker.terminate();
          memory = run = undefined;
          reply();
          break;
        default:
          throw new Error(`unknown command ${command[0]}`);
      }
    } catch (error) {
      const message = Buffer.from(String(error));
      write(Uint8Array.of(1));
      write(new Uint8Array(Uint32Array.of(message.length).buffer));
      write(message);
    }
  }
  process.exit(0);
}

function numbers(n) {
  const b = read(4 * n);
  return Array.from({ length: n }, (_, i) => b.readUInt32LE(4 * i));
}

// read gives the next n bytes, or null at the end of the input.
function read(n, mayEnd = false) {
  const b = Buffer.alloc(n);
  for (let done = 0; done < n; ) {
    const got = patiently(() => readSync(0, b, done, n - done, null));
    if (got === 0) {
      if (mayEnd) return null;
      process.exit(1);
    }
    done += got;
  }
  return b;
}

function reply(data) {
  write(Uint8Array.of(0));
  if (data) write(new Uint8Array(data.buffer));
}

function write(b) {
  for (let done = 0; done < b.length; ) done += patiently(() => writeSync(1, b, done));
}

// patiently repeats f while the pipe is full or empty: Node.js makes pipes non-blocking once it has workers.
function patiently(f) {
  for (;;) {
    try {
      return f();
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
