// Keeps a session's output within its room while the session writes on: the middle of the file is given back to the disk, its
// beginning and its newest part stay. The file keeps its size and every byte its offset, so no reader and no writer notices, and
// nothing that is written meanwhile can be lost, as it can where a file is copied and cut. Done by `fallocate` of util-linux.

import { spawn } from 'node:child_process'
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { failed, systemCode } from '../../base/errors.ts'
import type { Trimmer } from './contract.ts'

/** So much of the beginning stays: clients tell there what they are. */
const headBytes = 1_048_576
const blockBytes = 4_096
const blockOfStat = 512

/** Trims the output files below a fleet's `.midwatch`. */
export const fileTrimmer = (stateDir: string): Trimmer => ({
  async trim(attemptId, maxBytes) {
    let freed = 0
    for (const stream of ['out', 'err'])
      freed += await trimFile(join(stateDir, 'attempts', String(attemptId), stream), maxBytes)
    return freed
  },
})

/** Answers how many bytes were given back. Throws OperatingError `outputs.untrimmed` where the system cannot do it. */
export async function trimFile(path: string, maxBytes: number): Promise<number> {
  const fd = openOwn(path)
  if (fd === null) return 0
  try {
    const before = fstatSync(fd)
    const used = before.blocks * blockOfStat
    if (!before.isFile() || used <= maxBytes) return 0
    const from = headBytes
    const to = Math.floor((before.size - maxBytes / 2) / blockBytes) * blockBytes
    if (to - from < blockBytes) return 0
    await punch(fd, from, to - from)
    const freed = used - fstatSync(fd).blocks * blockOfStat
    if (freed > 0) writeSync(fd, note, from)
    return Math.max(0, freed)
  } finally {
    closeSync(fd)
  }
}

const note =
  '\n[midwatch: output was dropped from here on, to keep within keep.output; the newest part follows]\n'

/** A session may have put a link there, and what a link leads to is not ours. */
function openOwn(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (systemCode(error) === null) throw error
    return null // not there (yet), a link, or not ours
  }
}

/** The open file is handed on, so that nobody can put another one under its name meanwhile. */
function punch(fd: number, offset: number, length: number): Promise<void> {
  const args = ['--punch-hole', '--offset', String(offset), '--length', String(length)]
  return new Promise((resolve, reject) => {
    const untrimmed = (why: string) =>
      reject(
        failed(
          'outputs.untrimmed',
          `output of sessions cannot be trimmed: ${why}`,
          'install util-linux (`fallocate`), keep .midwatch on ext4, xfs, btrfs or tmpfs, or set `keep: {output: off}`',
        ),
      )
    const child = spawn('fallocate', [...args, '/proc/self/fd/3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      timeout: 30_000,
    })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, 500)))
    child.on('error', (error) => untrimmed(error.message))
    child.on('close', (code) =>
      code === 0 ? resolve() : untrimmed(said.trim() || `fallocate ended with ${code}`),
    )
  })
}
