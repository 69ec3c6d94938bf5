// The files of an attempt's folder: what lies there, under which name, and how it is read.
// A session may have put anything there, so nothing is followed, nothing blocks, and everything is bounded.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { assert } from '../../../base/assert.ts'
import { systemCode } from '../../../base/errors.ts'

/** Names that are ours; a plan may not ask for a file of such a name. */
const ownNames = [
  'ticket',
  'order',
  'out',
  'err',
  'outbox',
  'wrapper',
  'sandbox',
  'launch',
  'launcher',
  'journal',
]

const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW
const maxTicketBytes = 65_536
const maxLetterBytes = 1_048_576
/** Up to here a read from the page cache is quicker than the way to the thread pool and back. */
const promptBytes = 262_144

/** What is to lie in an attempt's folder, by name. */
export type Files = Readonly<Record<string, string>>

/** The files of an order: its standard input, and what its plan asks for. */
export function filesOf(stdin: string, planned: Files): Files {
  for (const name of Object.keys(planned)) {
    const plain = /^[^/\0]+$/.test(name) && !name.startsWith('.')
    assert(plain && !ownNames.includes(name), `"${name}" is a free file name`)
  }
  return stdin === '' ? planned : { order: stdin, ...planned }
}

/** Makes the folder with everything the session finds in it. Throws the system's error. */
export async function layOut(dir: string, files: Files): Promise<void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  mkdirSync(join(dir, 'outbox'), { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(files)) await replace(dir, name, text)
}

/** A reader sees the old text or the new one, whole; a second start does not tear the first one's order. */
export async function replace(dir: string, name: string, text: string): Promise<void> {
  const draft = join(dir, `.${name}.draft`)
  if (text.length < promptBytes) writeFileSync(draft, text, { mode: 0o600 })
  else await writeFile(draft, text, { mode: 0o600 })
  renameSync(draft, join(dir, name))
}

/** The ticket's text; null when nobody took it. */
export function readTicket(dir: string): string | null {
  return readRegular(join(dir, 'ticket'), maxTicketBytes)?.toString('utf8') ?? null
}

/** Takes the ticket; false when it was taken. Throws the system's error. */
export function createTicket(dir: string, text: string): boolean {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  try {
    writeFileSync(join(dir, 'ticket'), text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** At most `maxBytes` of a file from `offset`; empty when there is none. */
export async function readPart(path: string, offset: number, maxBytes: number): Promise<Buffer> {
  const wanted = Math.min(maxBytes, Math.max(0, sizeOf(path) - offset))
  if (wanted <= promptBytes) return readRegular(path, wanted, offset) ?? Buffer.alloc(0)
  const file = await open(path, readFlags)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The first `maxBytes` of a file as text; empty when there is none. */
export const readStart = (path: string, maxBytes: number): string =>
  readRegular(path, maxBytes)?.toString('utf8') ?? ''

/** Bytes of a regular file; 0 when there is none. */
export function sizeOf(path: string): number {
  const seen = lstatSync(path, { throwIfNoEntry: false })
  return seen?.isFile() ? seen.size : 0
}

/** The letters in the outbox by name. Drafts (`.name`) and what is no file are none. */
export function readLetters(dir: string): { readonly name: string; readonly text: string }[] {
  const outbox = join(dir, 'outbox')
  return namesIn(outbox).flatMap((name) => {
    const letter = readRegular(join(outbox, name), maxLetterBytes)
    return letter === null ? [] : [{ name, text: letter.toString('utf8') }]
  })
}

/** Removes a letter; nothing when it is gone. */
export function dropLetter(dir: string, name: string): void {
  assert(basename(name) === name && name !== '..', `"${name}" is the name of a letter`)
  rmSync(join(dir, 'outbox', name), { force: true })
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .sort()
  } catch {
    return [] // never made, or already removed
  }
}

function readRegular(path: string, maxBytes: number, offset = 0): Buffer | null {
  let fd: number
  try {
    fd = openSync(path, readFlags)
  } catch {
    return null // not there (yet), or a link somebody put there
  }
  try {
    const seen = fstatSync(fd)
    if (!seen.isFile()) return null
    const wanted = Math.min(maxBytes, Math.max(0, seen.size - offset))
    const buffer = Buffer.alloc(wanted)
    return buffer.subarray(0, readSync(fd, buffer, 0, wanted, offset))
  } finally {
    closeSync(fd)
  }
}
