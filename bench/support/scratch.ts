// A folder for one bench, below the system's folder for temporary files, and gone with the bench.

import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes a folder for `use`, below `parent`, and removes it whatever happens. */
export async function withScratch<T>(
  use: (dir: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const dir = mkdtempSync(join(parent, 'midwatch-bench-'))
  try {
    return await use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A folder in memory with that much room, where a commit waits for no disk; else the one for temporary files. */
export function memoryFolder(roomBytes: number): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > roomBytes ? '/dev/shm' : tmpdir()
  } catch {
    return tmpdir()
  }
}
