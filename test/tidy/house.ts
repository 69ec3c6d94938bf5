// The house as text: every file by its path, and what the laws of tidy say about them. A law is pure, so the same
// function judges the real house and a planted one of three lines.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { Source } from './source.ts'

/** Texts by path, relative to the root, with `/`. */
export type Files = Readonly<Record<string, string>>

export interface Finding {
  readonly path: string
  readonly line: number
  /** What was seen, without the remedy. */
  readonly what: string
}

export interface Law {
  /** The law as a fact about the house. */
  readonly name: string
  readonly remedy: string
  find(house: House): readonly Finding[]
  /** Small houses that break it, each with every place that must be found, as `path:line`. */
  readonly broken: readonly { readonly files: Files; readonly at: readonly string[] }[]
  /** A small house that keeps it, near to breaking it. */
  readonly kept: Files
}

export interface House {
  readonly files: Files
  has(path: string): boolean
  /** Parsed modules (`.ts`, `.tsx`, `.mjs`) below one of these folders or equal to one of these paths. */
  sources(...under: readonly string[]): readonly Source[]
  /** Paths of the Markdown pages. */
  readonly pages: readonly string[]
}

/** The house of these files. Modules are parsed when a law first asks for them. */
export function houseOf(files: Files): House {
  const parsed = new Map<string, Source>()
  const modules = Object.keys(files).filter((path) => /\.m?ts$|\.tsx$|\.mjs$/.test(path))
  const parse = (path: string): Source => {
    const source = parsed.get(path) ?? new Source(path, files[path] ?? '')
    parsed.set(path, source)
    return source
  }
  return {
    files,
    has: (path) => path in files,
    sources: (...under) =>
      modules.filter((path) => under.some((one) => isUnder(path, one))).map(parse),
    pages: Object.keys(files).filter((path) => path.endsWith('.md')),
  }
}

export const isUnder = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`)

const strangers = new Set(['node_modules', '.git', 'dist', 'coverage', 'tmp', 'package-lock.json'])
const isStranger = (name: string): boolean => strangers.has(name) || name.startsWith('.midwatch')

/** Reads every file of the project below `root`, except what is made or installed. */
export function readHouse(root: string): House {
  const files: Record<string, string> = {}
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (isStranger(entry.name)) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile() && isText(path)) files[path] = readFileSync(join(root, path), 'utf8')
    }
  }
  walk('')
  return houseOf(files)
}

const isText = (path: string): boolean =>
  /\.(m?ts|tsx|m?js|json|jsonl|md|ya?ml|sh|sql|txt)$/.test(path) ||
  !basename(path).slice(1).includes('.')

/** The line (from 1) of an offset. */
export const lineAt = (text: string, offset: number): number =>
  text.slice(0, offset).split('\n').length

/** Findings as the failure message shows them: every place, then the way out. */
export const tell = (law: Law, found: readonly Finding[]): string =>
  [...found.map(({ path, line, what }) => `${path}:${line} ${what}`), `→ ${law.remedy}.`].join('\n')
