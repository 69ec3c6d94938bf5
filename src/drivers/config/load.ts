// Reads the text of midwatch.yaml into a configuration, or tells every mistake with line, column and the nearest
// right spelling. The only importer of yaml; asked only when the cache does not know the text.

import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

import type { FleetConfig } from '../../model/config.ts'
import { disagreements, toFleetConfig } from './fleet-config.ts'
import { ConfigError, type Mistake } from './mistake.ts'
import { badReferences } from './reference.ts'
import { launcherMistakes } from './sections/launcher-mistakes.ts'
import { fileShape } from './schema.ts'
import { issueSentences } from './sentences.ts'

/**
 * The configuration in a text, environment references still unresolved.
 * Throws ConfigError `config.invalid` with every mistake found.
 */
export function readConfig(text: string, fileName: string, folderName: string): FleetConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  if (document.errors.length > 0 || document.warnings.length > 0) {
    const problems = document.errors.length > 0 ? document.errors : document.warnings
    throw new ConfigError(
      fileName,
      text,
      problems.map((p) => yamlMistake(p.message, p.pos[0], lines)),
    )
  }
  const value = plainValue(document, fileName, text)
  if (value === null || value === undefined) throw new ConfigError(fileName, text, [emptyMistake])
  const parsed = fileShape.safeParse(value, { reportInput: true })
  const locate = (path: readonly PropertyKey[], key?: string) => placeOf(document, lines, path, key)
  if (!parsed.success)
    throw new ConfigError(fileName, text, zodMistakes(parsed.error.issues, locate))
  const config = toFleetConfig(parsed.data, folderName)
  const broken = [
    ...disagreements(config),
    ...badReferences(config),
    ...launcherMistakes(parsed.data),
  ]
  if (broken.length > 0)
    throw new ConfigError(
      fileName,
      text,
      broken.map((b) => mistakeAt(b.path, b.sentence, locate(b.path))),
    )
  return config
}

/** The document as plain data. References that lead nowhere or breed without end are mistakes of the file. */
function plainValue(document: Document, fileName: string, text: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    const sentence = `not valid YAML: ${error.message}`
    throw new ConfigError(fileName, text, [{ line: null, column: null, path: '', sentence }])
  }
}

const emptyMistake: Mistake = {
  line: null,
  column: null,
  path: '',
  sentence: 'the file is empty; `midwatch init` in an empty folder shows a complete one',
}

interface Place {
  readonly line: number
  readonly column: number
}

function yamlMistake(message: string, offset: number, lines: LineCounter): Mistake {
  const { line, col } = lines.linePos(offset)
  const sentence = `not valid YAML: ${message.replace(/\s+/g, ' ').replace(/[.:]$/, '')}`
  return { line: Math.max(1, line), column: Math.max(1, col), path: '', sentence }
}

function zodMistakes(
  issues: readonly z.core.$ZodIssue[],
  locate: (path: readonly PropertyKey[], key?: string) => Place | null,
): Mistake[] {
  return issues.flatMap((issue) =>
    issueSentences(issue).map(({ sentence, key }) =>
      mistakeAt(issue.path, sentence, locate(issue.path, key)),
    ),
  )
}

function mistakeAt(path: readonly PropertyKey[], sentence: string, place: Place | null): Mistake {
  return {
    line: place?.line ?? null,
    column: place?.column ?? null,
    path: path.map(String).join('.'),
    sentence,
  }
}

/** Where a path (or a key in the map at that path) stands in the text; the nearest parent when it is not written. */
function placeOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
  key?: string,
): Place | null {
  const whole = key === undefined ? [...path] : [...path, key]
  for (let length = whole.length; length > 0; length--) {
    const parent =
      length === 1 ? document.contents : document.getIn(whole.slice(0, length - 1), true)
    const offset =
      keyOffset(parent, whole[length - 1]) ??
      nodeOffset(document.getIn(whole.slice(0, length), true))
    if (offset !== null) {
      const { line, col } = lines.linePos(offset)
      return { line, column: col }
    }
  }
  return null
}

function keyOffset(parent: unknown, key: PropertyKey | undefined): number | null {
  if (!isMap(parent)) return null
  const pair = parent.items.find(
    (item) => isScalar(item.key) && String(item.key.value) === String(key),
  )
  return pair ? nodeOffset(pair.key) : null
}

function nodeOffset(node: unknown): number | null {
  const range = (node as { range?: readonly number[] } | null | undefined)?.range
  return range?.[0] ?? null
}
