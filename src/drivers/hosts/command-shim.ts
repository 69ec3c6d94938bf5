// The `midwatch` that sessions find first on their PATH: the very one whose daemon started them, whatever else the machine
// has installed.

import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes `binDir/midwatch`, which runs `command` with its arguments; answers `binDir`. Replaced in one step. */
export function installCommand(binDir: string, command: readonly string[]): string {
  mkdirSync(binDir, { recursive: true, mode: 0o700 })
  const path = join(binDir, 'midwatch')
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `#!/bin/sh\nexec ${command.map(quoted).join(' ')} "$@"\n`)
  chmodSync(draft, 0o755)
  renameSync(draft, path)
  return binDir
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
