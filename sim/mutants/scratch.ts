// A scratch copy of the project on which mutations are tried: the real tree is never touched, and the copy goes with the
// process. Its dependencies are those of the real one.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Edit, Mutation } from './mutation.ts'

const copied = [
  'src',
  'sim',
  'test',
  'bin',
  'scripts',
  'docs',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
]

export interface Scratch {
  readonly dir: string
  /** Applies a mutation; answers what puts the files back. Throws when a text is not there exactly once. */
  apply(mutation: Mutation): () => void
  remove(): void
}

/** Copies the project at `root`. */
export function makeScratch(root: string): Scratch {
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-mutants-'))
  for (const path of copied) cpSync(join(root, path), join(dir, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
  return {
    dir,
    apply(mutation) {
      const before = new Map<string, string>()
      for (const edit of mutation.edits) {
        const path = join(dir, edit.file)
        const text = readFileSync(path, 'utf8')
        if (!before.has(path)) before.set(path, text)
        writeFileSync(path, mutated(text, edit))
      }
      return () => {
        for (const [path, text] of before) writeFileSync(path, text)
      }
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** The text with its one occurrence replaced; throws when it has none or several. */
export function mutated(source: string, { file, text, becomes }: Edit): string {
  const parts = source.split(text)
  if (parts.length !== 2)
    throw new Error(`${file} has this text ${parts.length - 1} times, not once:\n${text}`)
  return parts.join(becomes)
}
