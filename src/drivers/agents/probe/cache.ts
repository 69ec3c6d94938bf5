// What was learned of builds, kept in one small file below .midwatch, so that every process of the fleet asks a build only
// once. A file that cannot be read is as good as none: everything in it can be asked again.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Build } from '../contract.ts'

export interface KeptBuild extends Build {
  readonly stamp: string
}

export type KnownBuild = Pick<Build, 'version' | 'hash'>

/** By adapter and path. */
export interface Kept {
  /** The build that was last seen there. */
  readonly builds: Readonly<Record<string, KeptBuild>>
  /** The one that everybody has been told of. */
  readonly told: Readonly<Record<string, KnownBuild>>
}

const nothing: Kept = { builds: {}, told: {} }

const formatVersion = 1

/** The builds on file; none when there is no readable file. */
export function readKept(path: string): Kept {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const { format, builds, told } = found as Partial<Kept> & { format?: unknown }
    if (format !== formatVersion) return nothing
    const sound = Object.entries(builds ?? {}).filter((entry) => isBuild(entry[1]))
    return { builds: Object.fromEntries(sound), told: told ?? {} }
  } catch {
    return nothing
  }
}

/** Keeps what was learned of one build. */
export function keepBuild(path: string, key: string, build: KeptBuild): void {
  change(path, (kept) => ({ ...kept, builds: { ...kept.builds, [key]: build } }))
}

/** Keeps which build everybody has been told of. */
export function keepTold(path: string, key: string, { version, hash }: KnownBuild): void {
  change(path, (kept) => ({ ...kept, told: { ...kept.told, [key]: { version, hash } } }))
}

/**
 * Reads the file anew, for another process may have written, and replaces it whole. A disk that is full or read-only
 * costs only the memory of it.
 */
function change(path: string, by: (kept: Kept) => Kept): void {
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    const text = JSON.stringify({ format: formatVersion, ...by(readKept(path)) }, null, 1)
    writeFileSync(draft, `${text}\n`)
    renameSync(draft, path)
  } catch {
    rmSync(draft, { force: true })
  }
}

function isBuild(value: unknown): value is KeptBuild {
  const build = value as Partial<KeptBuild> | null
  if (typeof build !== 'object' || build === null) return false
  return (
    typeof build.path === 'string' &&
    typeof build.realPath === 'string' &&
    typeof build.hash === 'string' &&
    typeof build.stamp === 'string' &&
    typeof build.probedAt === 'number' &&
    typeof build.refused === 'object' &&
    build.refused !== null &&
    (build.options === null || Array.isArray(build.options))
  )
}
