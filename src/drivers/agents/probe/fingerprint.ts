// Tells one build of a program from another. The stamp is cheap and looked at before every launch; the hash of the content
// is taken when the stamp has changed. A launcher script may stay the same while the package around it is replaced, so the
// package's own description belongs to the stamp.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Found {
  readonly path: string
  /** Behind all links. */
  readonly realPath: string
  /** Changes whenever the file, or the package it belongs to, is replaced or written. */
  readonly stamp: string
}

/** The file behind a path and its stamp, or null when it is gone. */
export async function findBuild(path: string): Promise<Found | null> {
  try {
    const realPath = await realpath(path)
    const parts = [await stampOf(realPath)]
    const packageFile = await packageOf(realPath)
    if (packageFile !== null) parts.push(await stampOf(packageFile))
    return { path, realPath, stamp: parts.join(' ') }
  } catch {
    return null // it was removed or replaced while we looked: the next look tells
  }
}

/** SHA-256 of a file's content as hex; empty when it cannot be read. */
export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
    return hash.digest('hex')
  } catch {
    return ''
  }
}

/** npm sets all modification times alike, so the change time and the inode count too. */
async function stampOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeMs, ctimeMs } = await stat(path)
  return [dev, ino, size, mtimeMs, ctimeMs].join(':')
}

const climbMax = 4

/** The nearest package.json above a file, or null. */
async function packageOf(path: string): Promise<string | null> {
  let folder = dirname(path)
  for (let climbed = 0; climbed < climbMax; climbed++) {
    const candidate = join(folder, 'package.json')
    if (await isThere(candidate)) return candidate
    const above = dirname(folder)
    if (above === folder) return null
    folder = above
  }
  return null
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
