// Makes a new fleet: midwatch.yaml, the editor's schema, and `.midwatch` that git ignores. Overwrites nothing, and
// leaves nothing half-written: the configuration comes last, for it is what makes a folder a fleet.

import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, delimiter, isAbsolute, join } from 'node:path'

import { failed, refused, systemCode } from '../../base/errors.ts'
import { plainName } from './fleet-config.ts'
import { clientAdapters, type FoundClient, initText } from './init-text.ts'
import { jsonSchemaText, schemaFileName } from './json-schema.ts'
import { configFileName, configPathOf, ensureStateDir } from './state-dir.ts'

export interface NewFleet {
  readonly dir: string
  readonly configPath: string
  readonly found: readonly FoundClient[]
}

/**
 * Makes a fleet in `dir` (absolute), which may not exist yet. `pathVariable` is where clients are looked for.
 * Throws `init.exists` when there is one, `init.failed` when the folder cannot be written.
 */
export function makeFleet(dir: string, pathVariable: string): NewFleet {
  const configPath = configPathOf(dir)
  const found = findClients(pathVariable)
  try {
    mkdirSync(dir, { recursive: true })
    if (statSync(configPath, { throwIfNoEntry: false })) throw exists(configPath)
    const stateDir = ensureStateDir(dir)
    writeFileSync(join(stateDir, schemaFileName), jsonSchemaText())
    writeNew(configPath, initText(plainName(basename(dir)), found), stateDir)
  } catch (error) {
    if (systemCode(error)?.startsWith('E') !== true) throw error
    throw failed(
      'init.failed',
      `no fleet could be made in ${dir} (${systemCode(error)})`,
      'check that the folder can be written and the disk has room',
      error,
    )
  }
  return { dir, configPath, found }
}

/** Writes the whole file under another name and links it into place, which fails when the place is taken. */
function writeNew(path: string, text: string, stateDir: string): void {
  const draft = join(stateDir, `${configFileName}.${process.pid}`)
  try {
    writeFileSync(draft, text, { flush: true })
    linkSync(draft, path)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw exists(path)
    if (systemCode(error) !== 'EPERM' && systemCode(error) !== 'ENOTSUP') throw error
    writeFileSync(path, text, { flag: 'wx', flush: true }) // a file system without links
  } finally {
    rmSync(draft, { force: true })
  }
}

const exists = (configPath: string) =>
  refused(
    'init.exists',
    `${configPath} is already there; init overwrites nothing`,
    'edit it, or name another folder: `midwatch init DIR`',
  )

/** The supported clients that lie on the PATH as executable files. */
function findClients(pathVariable: string): FoundClient[] {
  const folders = pathVariable.split(delimiter).filter((folder) => isAbsolute(folder))
  return clientAdapters.flatMap((adapter) => {
    const path = folders.map((folder) => join(folder, adapter)).find(isProgram)
    return path === undefined ? [] : [{ adapter, path }]
  })
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
