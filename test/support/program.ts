// The program as it is installed, built from the sources as they are now: `bin/` beside `dist/`, with its page or without.

import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { bundle, buildPage } from '../../scripts/build.ts'
import { askDoor } from './door.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

async function buildProgram(dir: string, hasPage: boolean): Promise<void> {
  mkdirSync(join(dir, 'bin'), { recursive: true })
  copyFileSync(join(root, 'bin/midwatch.mjs'), join(dir, 'bin/midwatch.mjs'))
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  await bundle(join(dir, 'dist'))
  if (hasPage) await buildPage(join(dir, 'dist/web'))
}

/** Builds it in a process of its own: what a build changes of its process (`NODE_ENV`) is nobody else's. */
export async function buildElsewhere(dir: string, hasPage: boolean): Promise<void> {
  const self = fileURLToPath(import.meta.url)
  await promisify(execFile)(process.execPath, [self, dir, hasPage ? 'page' : 'program'])
}

/** The folder of the run's one program; outside a test run it is built into `dir`. Nobody changes it. */
export async function programFolder(dir: string, hasPage: boolean): Promise<string> {
  const made = await askDoor<{ readonly path: string }>(hasPage ? 'page' : 'program')
  if (made !== null) return made.path
  await buildProgram(dir, hasPage)
  return dir
}

const [, script = '', into, what] = process.argv
if (script === fileURLToPath(import.meta.url) && into !== undefined)
  await buildProgram(into, what === 'page')
