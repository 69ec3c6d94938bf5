// What was learned of builds, kept in one small file below .midwatch, so that every process of the fleet asks a build only
// once. A file that cannot be read is as good as none: everything in it can be asked again.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Build } from '../contract.ts'

export interface KeptBuild extends Build {
  readonly stamp: string
}

export interface Kept {
  /** By adapter and path: the build that was last seen there. */
  readonly builds: Readonly<Record<string, KeptBuild>>
}

const formatVersion = 1

/** The builds on file; none when there is no readable file. */
export function readKept(path: string): Kept {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const { format, builds } = found as { format?: unknown; builds?: unknown }
    if (format !== formatVersion || typeof builds !== 'object' || builds === null)
      return { builds: {} }
    const sound = Object.entries(builds).filter((entry) => isBuild(entry[1]))
    return { builds: Object.fromEntries(sound) }
  } catch {
    return { builds: {} }
  }
}

/**
 * Keeps one build. Reads the file anew, for another process may have written, and replaces it whole. A disk that is full
 * or read-only costs only the memory of it.
 */
export function keepBuild(path: string, key: string, build: KeptBuild): void {
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    const builds = { ...readKept(path).builds, [key]: build }
    writeFileSync(draft, `${JSON.stringify({ format: formatVersion, builds }, null, 1)}\n`)
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
