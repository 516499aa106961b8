// Checkpoints with made-up weights (core/checkpoint/checkpointtest).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { root } from './paths.mjs';

/** Writes a MobileNetV1 with the names of marvis/pytorch-mobilenet, and gives its path. @param {number} alpha @param {number} classes */
export function checkpoint(alpha, classes) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-checkpoint-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'net.safetensors');
  const args = ['--alpha', `${alpha}`, '--classes', `${classes}`, file];
  execFileSync('go', ['run', './core/checkpoint/checkpointtest/write', ...args], { cwd: root });
  return file;
}
