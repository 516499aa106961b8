// A project of Teach in one file: what is written opens in other zip programs, folders zipped by hand open here, and nothing else does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { importModules } from '../support/modules.mjs';

const { saveArchive, openArchive, newProject, newClass, withClass, safeName, newId, readZip } = await importModules(
  'web/app/teach/archive.ts',
  'web/app/teach/zip.ts',
  'web/app/teach/project.ts',
);
const folder = mkdtempSync(join(tmpdir(), 'depthwise-archive-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes that begin as a JPEG does. @param {number} n */
const jpeg = (n, length = 50) => Buffer.from([0xff, 0xd8, 0xff, ...Array.from({ length }, (_, i) => (i * n) % 251)]);

/** @param {Blob} blob @param {string} name */
async function write(blob, name) {
  const path = join(folder, name);
  writeFileSync(path, Buffer.from(await blob.arrayBuffer()));
  return path;
}

/** @param {any} opened */
async function photosOf(opened) {
  const photos = [];
  for await (const { class: at, name, image, ready } of opened.photos()) {
    const bytes = image && Buffer.from(await image.arrayBuffer());
    photos.push({ in: opened.classes[at].name, name, bytes, ready, type: image?.type });
  }
  return photos;
}

function someProject() {
  const project = withClass(newProject('Mugs & cups: “mine”', ['a/b', 'A/B', 'CON', '杯子']), newClass('rest', true));
  const photos = new Map();
  const examples = project.classes.flatMap((/** @type {any} */ one, /** @type {number} */ c) =>
    [0, 1].map((i) => {
      const id = newId();
      photos.set(id, new Blob([jpeg(c * 2 + i + 1)], { type: 'image/jpeg' }));
      return { id, project: project.id, class: one.id, name: `../pho:to ${i}.png`, added: 1.7e12 + i * 1e6 };
    }),
  );
  return { project, examples, image: async (/** @type {string} */ id) => photos.get(id) };
}

test('what is saved is opened again, with names, classes, counter-examples and bytes', async () => {
  const { project, examples, image } = someProject();
  const opened = await openArchive(await saveArchive(project, examples, image));
  assert.equal(opened.name, project.name);
  assert.deepEqual(
    opened.classes,
    ['a/b', 'A/B', 'CON', '杯子', 'rest'].map((name) => ({ name, counter: name === 'rest' })),
  );
  assert.equal(opened.count, 10);
  const photos = await photosOf(opened);
  assert.deepEqual(
    photos.map((photo) => photo.bytes),
    await Promise.all(
      examples.map(async (/** @type {any} */ { id }) => Buffer.from(await (await image(id)).arrayBuffer())),
    ),
  );
  assert.ok(photos.every(({ ready, type }) => ready && type === 'image/jpeg'));
  assert.deepEqual(photos[3], { ...photos[3], in: 'A/B', name: '../pho:to 1.png' });
});

test('other programs unpack it: plain folders and files, whose names every system takes', async () => {
  const { project, examples, image } = someProject();
  const path = await write(await saveArchive(project, examples, image), 'ours.zip');
  const script = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
z.extractall(sys.argv[2])
print("\\n".join(z.namelist()))`;
  const target = join(folder, 'ours');
  const names = execFileSync('python3', ['-c', script, path, target], { encoding: 'utf8' }).trim().split('\n');
  for (const name of names) assert.doesNotMatch(name, /\.\.|^\/|[<>:"|?*\\]|\/.*\/|(^|\/)(con|nul)(\.|\/)/i);
  const folders = names.map((name) => dirname(name).toLowerCase());
  assert.equal(
    new Set(folders).size,
    6,
    '"a/b" and "A/B" are not in one folder on systems to which capitals are the same',
  );
  assert.ok(names.some((name) => name.startsWith('杯子/00001 ')));
  assert.equal(readdirSync(target).length, 6);
  assert.equal(JSON.parse(readFileSync(join(target, 'project.json'), 'utf8')).name, project.name);
  assert.equal(safeName('..'), '_');
  assert.equal(safeName(`${'a'.repeat(39)}. b`), `${'a'.repeat(39)}_`);
  assert.equal(safeName('nul.txt'), '_nul.txt');
  assert.equal(safeName(' '), '_');
});

test('classes called as what a zip has beside its photos', async () => {
  const project = newProject('p', ['project.json', '__MACOSX', 'Thumbs.db', 'Desktop.ini']);
  const examples = project.classes.map((/** @type {any} */ { id }, /** @type {number} */ i) => ({
    id: `${i}`,
    class: id,
    name: `${i}.jpg`,
    added: 0,
  }));
  const image = async (/** @type {string} */ id) => new Blob([jpeg(Number(id))], { type: 'image/jpeg' });
  const zip = await saveArchive(project, examples, image);
  const opened = await openArchive(zip);
  assert.deepEqual(
    (await photosOf(opened)).map((photo) => [photo.in, photo.ready]),
    project.classes.map((/** @type {any} */ { name }) => [name, true]),
  );
  const paths = (await readZip(zip)).map((/** @type {any} */ { path }) => path);
  assert.ok(!paths.some((/** @type {string} */ path) => path.startsWith('project.json/')), `${paths}`);
});

/** A zip that another program made. @param {string} name @param {Record<string, Buffer>} files */
function zipped(name, files) {
  const path = join(folder, `${name}.zip`);
  const source = mkdtempSync(join(folder, 'source-'));
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(join(source, dirname(file)), { recursive: true });
    writeFileSync(join(source, file), bytes);
  }
  const script = `import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    for root, dirs, files in sorted(os.walk(sys.argv[2])):
        for d in dirs: z.write(os.path.join(root, d), os.path.relpath(os.path.join(root, d), sys.argv[2]))
        for f in sorted(files): z.write(os.path.join(root, f), os.path.relpath(os.path.join(root, f), sys.argv[2]))`;
  execFileSync('python3', ['-c', script, path, source]);
  return new File([readFileSync(path)], `${name}.zip`);
}

test('folders zipped by hand: a class each, whatever lies around and beside them', async () => {
  const files = { 'mug/1.jpg': jpeg(1), 'mug/2.PNG': jpeg(2), 'cup/deep/3.webp': jpeg(3), 'cup/notes.txt': jpeg(4) };
  const clutter = { '__MACOSX/mug/._1.jpg': jpeg(5), 'mug/.DS_Store': jpeg(6), 'mug/Thumbs.db': jpeg(7) };
  for (const around of ['', 'things/', 'my/things/']) {
    const all = Object.entries({ ...files, ...clutter }).map(([name, bytes]) => [around + name, bytes]);
    const opened = await openArchive(zipped('Kitchen (2)', Object.fromEntries(all)));
    assert.equal(opened.name, 'Kitchen');
    assert.deepEqual(opened.classes.map((/** @type {any} */ one) => [one.name, one.counter]).sort(), [
      ['cup', false],
      ['mug', false],
    ]);
    const photos = await photosOf(opened);
    assert.deepEqual(photos.map((photo) => `${photo.in}/${photo.name} ${photo.type} ${photo.ready}`).sort(), [
      'cup/3.webp image/webp false',
      'mug/1.jpg image/jpeg false',
      'mug/2.PNG image/png false',
    ]);
    assert.ok(photos.some(({ bytes }) => bytes?.equals(jpeg(1))));
  }
  const flat = await openArchive(zipped('Flat', { '1.jpg': jpeg(1), '2.jpg': jpeg(2) }));
  assert.deepEqual([flat.classes, flat.count], [[{ name: 'Flat', counter: false }], 2]);
  const one = await openArchive(zipped('One', { 'mug/1.jpg': jpeg(1), 'mug/2.jpg': jpeg(2) }));
  assert.deepEqual(one.classes, [{ name: 'mug', counter: false }]);
});

test('ours, unpacked, changed and zipped anew by another program', async () => {
  const { project, examples, image } = someProject();
  const path = await write(await saveArchive(project, examples, image), 'again.zip');
  const target = join(folder, 'again');
  execFileSync('python3', ['-m', 'zipfile', '-e', path, target]);
  /** @type {Record<string, Buffer>} */
  const files = { 'new class/x.png': jpeg(9), '杯子/added.jpg': jpeg(10) };
  for (const dir of readdirSync(target, { withFileTypes: true })) {
    if (!dir.isDirectory()) files[dir.name] = readFileSync(join(target, dir.name));
    else
      for (const name of readdirSync(join(target, dir.name)))
        files[`${dir.name}/${name}`] = readFileSync(join(target, dir.name, name));
  }
  for (const around of ['', 'Downloads/']) {
    const opened = await openArchive(
      zipped('other', Object.fromEntries(Object.entries(files).map(([name, bytes]) => [around + name, bytes]))),
    );
    assert.equal(opened.name, project.name);
    assert.deepEqual(
      opened.classes.map((/** @type {any} */ { name }) => name),
      ['a/b', 'A/B', 'CON', '杯子', 'rest', 'new class'],
    );
    const photos = await photosOf(opened);
    assert.equal(photos.length, 12);
    assert.deepEqual(photos.find(({ name }) => name === 'added.jpg')?.in, '杯子');
    assert.equal(photos.filter(({ ready }) => ready).length, 10, 'what came by hand is looked at like any photo');
  }
});

/**
 * A zip with any headers.
 * @param {{path: string, data: Buffer, method?: number, flags?: number, size?: number, crc?: number, offset?: number, packed?: number}[]} files
 * @param {{count?: number, start?: number, size?: number}} [end]
 */
function rawZip(files, end = {}) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const {
    path,
    data,
    method = 0,
    flags = 0,
    size = data.length,
    crc = 0,
    offset = at,
    packed = data.length,
  } of files) {
    const name = Buffer.from(path);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    parts.push(local, name, data);
    at += 30 + name.length + data.length;
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
  }
  const central = Buffer.concat(directory);
  const tail = Buffer.alloc(22);
  tail.writeUInt32LE(0x06054b50, 0);
  const { count = files.length, start = at, size = central.length } = end;
  tail.writeUInt16LE(count, 8);
  tail.writeUInt16LE(count, 10);
  tail.writeUInt32LE(size, 12);
  tail.writeUInt32LE(start, 16);
  return new File([Uint8Array.from(Buffer.concat([...parts, central, tail]))], 'raw.zip');
}

/** @param {Blob} file */
const faultOf = (file) =>
  openArchive(file).then(
    () => 'none',
    (/** @type {any} */ { fault, message }) => fault ?? message,
  );

test('what is no zip, or one that is better left alone, is refused by name', async () => {
  const data = jpeg(1);
  const good = { path: 'a/1.jpg', data };
  const half = Buffer.alloc(2 ** 16); // of which deflate could make 64 MB
  assert.equal(await faultOf(rawZip([good])), 'none');
  assert.equal(await faultOf(new Blob([])), 'no-zip');
  assert.equal(await faultOf(new Blob([data])), 'no-zip');
  assert.equal(await faultOf(rawZip([{ ...good, flags: 1 }])), 'encrypted');
  assert.equal(await faultOf(rawZip([{ ...good, method: 12 }])), 'method');
  for (const path of ['../1.jpg', 'a/../../1.jpg', '/etc/1.jpg', 'C:\\1.jpg', 'a\\..\\1.jpg'])
    assert.equal(await faultOf(rawZip([{ path, data }])), 'unsafe', path);
  assert.equal(await faultOf(rawZip([good], { count: 0xffff })), 'too-large');
  assert.equal(await faultOf(rawZip([{ ...good, size: 0xffffffff }])), 'too-large');
  assert.equal(
    await faultOf(rawZip([{ ...good, data: Buffer.alloc(2 ** 17), method: 8, size: 2 ** 26 + 1 }])),
    'too-large',
  );
  assert.equal(
    await faultOf(
      rawZip(Array.from({ length: 150 }, (_, i) => ({ path: `a/${i}.jpg`, data: half, method: 8, size: 2 ** 26 }))),
    ),
    'too-large',
  );
  assert.equal(
    await faultOf(rawZip([good, { ...good, path: 'a/2.jpg', offset: 0 }])),
    'damaged',
    'one file within another',
  );
  assert.equal(await faultOf(rawZip([{ ...good, packed: 5000 }])), 'damaged');
  assert.equal(await faultOf(rawZip([{ ...good, size: data.length + 1 }])), 'damaged');
  assert.equal(await faultOf(rawZip([{ ...good, method: 8, size: 2 ** 20 }])), 'damaged', 'more than can be in it');
  for (const end of [{ start: 7 }, { size: 7 }, { count: 2 }, { count: 0 }])
    assert.equal(await faultOf(rawZip([good], end)), 'damaged', JSON.stringify(end));
});

test('a zip cut anywhere is refused, or opens without what is missing', async () => {
  const { project, examples, image } = someProject();
  const whole = Buffer.from(await (await saveArchive(project, examples, image)).arrayBuffer());
  for (let length = 0; length < whole.length; length += 7) {
    const fault = await faultOf(new Blob([whole.subarray(0, length)]));
    assert.ok(fault === 'damaged' || fault === 'no-zip', `${length}: ${fault}`);
  }
});

test('changed bytes spoil a photo, and no more', async () => {
  const { project, examples, image } = someProject();
  const whole = Buffer.from(await (await saveArchive(project, examples, image)).arrayBuffer());
  for (let at = 0; at < whole.length; at += 11) {
    const bytes = Buffer.from(whole);
    bytes[at] ^= 0x55;
    const opened = await openArchive(new Blob([bytes])).catch((/** @type {any} */ error) => {
      assert.ok(error.fault, `${at}: ${error.stack}`);
    });
    if (!opened) continue;
    const photos = await photosOf(opened);
    assert.ok(photos.filter((photo) => photo.bytes === undefined).length <= 1, `${at}`);
  }
});

test('a file that unpacks to more than it says, or to less, is a damaged photo, and no more of it is unpacked', async () => {
  const bomb = deflateRawSync(Buffer.alloc(2 ** 26));
  for (const [data, size] of /** @type {[Buffer, number][]} */ ([
    [bomb, 1000],
    [bomb.subarray(0, 2000), 2 ** 20],
    [Buffer.from('no deflate at all'), 40],
  ])) {
    const opened = await openArchive(rawZip([{ path: 'a/1.jpg', data, method: 8, size }]));
    const before = process.memoryUsage().arrayBuffers;
    assert.deepEqual(
      (await photosOf(opened)).map(({ bytes }) => bytes),
      [undefined],
    );
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 24);
  }
});

test('a listing that lies is taken as far as it makes sense', async () => {
  const data = jpeg(1);
  for (const json of [
    '{',
    'null',
    '[]',
    '{"format":"depthwise project"}',
    '{"format":"depthwise project","classes":"a"}',
    '{"format":"depthwise project","classes":[null,1,{"name":{},"folder":[]}]}',
    '{"format":"depthwise project","name":"\\u0000\\n","classes":[{"name":"a\\u202eb","folder":"a","examples":[1,[],["1.jpg","x\\u0000"]]}]}',
  ]) {
    const opened = await openArchive(
      rawZip([
        { path: 'project.json', data: Buffer.from(json), crc: crcOf(json) },
        { path: 'a/1.jpg', data },
      ]),
    );
    assert.equal(opened.count, 1, json);
    for (const { name } of opened.classes) assert.match(name, /^[^\p{Cc}\p{Cf}]+$/u);
  }
});

/** @param {string} text */
function crcOf(text) {
  let crc = -1;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ -1) >>> 0;
}

test('5,000 photos', async () => {
  const project = newProject('Many', ['a', 'b']);
  const photo = new Blob([jpeg(3, 2000)], { type: 'image/jpeg' });
  const examples = Array.from({ length: 5000 }, (_, i) => ({
    id: newId(),
    class: project.classes[i % 2].id,
    name: `${i}.jpg`,
    added: 1.7e12,
  }));
  const opened = await openArchive(await saveArchive(project, examples, async () => photo));
  assert.equal(opened.count, 5000);
  let whole = 0;
  for await (const { image, ready } of opened.photos()) whole += Number(ready && image.size === photo.size);
  assert.equal(whole, 5000);
});
