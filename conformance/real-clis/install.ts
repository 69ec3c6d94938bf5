// Installs pinned clients from npm into a scratch folder, without running their scripts. What is there already stays.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { folderOf, type Pin } from './pins.ts'

const withinMs = 180_000

/** The version that is installed, or why it is not. */
export function install(root: string, pin: Pin): { version: string } | { skipped: string } {
  const folder = folderOf(root, pin)
  const described = join(folder, 'node_modules', pin.package, 'package.json')
  if (!existsSync(described)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    const wanted = `${pin.package}@${pin.version}`
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    const ran = spawnSync('npm', ['install', ...flags, wanted], {
      cwd: folder,
      timeout: withinMs,
      encoding: 'utf8',
    })
    if (ran.status !== 0 || !existsSync(described))
      return { skipped: (ran.stderr || String(ran.error ?? 'npm failed')).trim().slice(0, 300) }
  }
  return { version: (JSON.parse(readFileSync(described, 'utf8')) as { version: string }).version }
}
