// Reads a session's output as it grows, through its adapter, and turns what it notices into facts. Bounded: at most one
// slice per look, and what a reader keeps is the reader's to bound.

import { StringDecoder } from 'node:string_decoder'

import type { Noticed, StreamReader } from '../../drivers/agents/contract.ts'
import type { Launcher, SessionRef } from '../../drivers/launchers/contract.ts'
import type { FactBody } from '../../model/fact.ts'
import type { Usage } from '../../model/attempt.ts'

const sliceBytes = 256 * 1024

export interface Cursor {
  offset: number
  readonly decoder: StringDecoder
  /** Whether the model's first word was noticed; the later ones tell nothing new. */
  spoke: boolean
}

export const newCursor = (): Cursor => ({
  offset: 0,
  decoder: new StringDecoder('utf8'),
  spoke: false,
})

/** Feeds what is new to the reader; `more` says that a full slice was read and there may be more. */
export async function readOn(
  launcher: Launcher,
  ref: SessionRef,
  cursor: Cursor,
  reader: StreamReader,
): Promise<{ noticed: readonly Noticed[]; more: boolean }> {
  const size = await launcher.size(ref, 'out')
  if (size < cursor.offset) cursor.offset = 0 // it was cut under the writer
  if (size === cursor.offset) return { noticed: [], more: false }
  const bytes = await launcher.read(ref, 'out', cursor.offset, sliceBytes)
  cursor.offset += bytes.length
  const noticed = onceSpoken(reader.feed(textOf(bytes, cursor)), cursor)
  return { noticed, more: bytes.length === sliceBytes }
}

/** Zeros are where the middle of a long output was given back to the disk: a line ends there. */
function textOf(bytes: Buffer, { decoder }: Cursor): string {
  const text = decoder.write(bytes)
  return bytes.includes(0) ? text.replaceAll(/\0+/g, '\n') : text
}

function onceSpoken(noticed: readonly Noticed[], cursor: Cursor): readonly Noticed[] {
  return noticed.filter((one) => {
    if (one.kind !== 'model_output') return true
    const isFirst = !cursor.spoke
    cursor.spoke = true
    return isFirst
  })
}

export interface NoteOf {
  readonly bodies: readonly FactBody[]
  readonly usage?: Usage
  readonly progress?: string
}

/** What noticed things mean as facts; null when there is nothing to write down. */
export function noteOf(noticed: readonly Noticed[]): NoteOf | null {
  const bodies: FactBody[] = []
  let usage: Usage | undefined
  let progress: string | undefined
  for (const one of noticed) {
    if (one.kind === 'first_event') bodies.push({ kind: 'attempt.ordered', receipt: one.what })
    else if (one.kind === 'model_output') bodies.push({ kind: 'attempt.spoke' })
    else if (one.kind === 'usage') usage = one.usage
    else if (one.kind === 'progress') progress = one.text
  }
  if (bodies.length === 0 && usage === undefined && progress === undefined) return null
  return { bodies, ...(usage && { usage }), ...(progress !== undefined && { progress }) }
}
