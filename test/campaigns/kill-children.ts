// The whole campaign on the children of `midwatch up`: `node test/campaigns/kill-children.ts [kills]`. Needs a build.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runOutside } from './outside/campaign.ts'

const kills = Number(process.argv[2] ?? 100)
const dir = mkdtempSync(join(tmpdir(), 'midwatch-children-'))
const midwatch = fileURLToPath(new URL('../../bin/midwatch.mjs', import.meta.url))
const outcome = await runOutside({ dir, midwatch, kills, tasks: kills, stopEvery: 20 })
console.log(JSON.stringify({ dir, ...outcome }, null, 2))
process.exitCode = outcome.broken.length === 0 ? 0 : 1
