// Real clients with our own tools: claude and codex, started by a dispatcher as they always are, find Midwatch's MCP server by
// themselves and drive their task from order to done, before a model on 127.0.0.1 and without any other network. Needs the
// clients in the folder MIDWATCH_CLIENTS, as conformance/real-clis/run.ts leaves them; skipped, and said, where there are none.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Binary } from '../cli/binary.ts'

const clients = process.env['MIDWATCH_CLIENTS']
const script = join(import.meta.dirname, '../../../conformance/real-clis/own-tools.ts')

/** Installed builds: tool, version, program. */
const builds = (clients === undefined || !existsSync(clients) ? [] : readdirSync(clients)).flatMap(
  (folder) => {
    const [, tool, version] = /^(claude|codex)-(.+)$/.exec(folder) ?? []
    const program = join(clients ?? '', folder, 'node_modules/.bin', tool ?? '')
    return tool !== undefined && version !== undefined && existsSync(program)
      ? [[tool, version, program] as const]
      : []
  },
)
const sandboxed = spawnSync('unshare', ['--net', '--pid', '--fork', 'true']).status === 0
const why =
  builds.length === 0
    ? ' (skipped: MIDWATCH_CLIENTS names no folder with claude or codex in it)'
    : sandboxed
      ? ''
      : ' (skipped: this machine lets nobody make a network of his own)'

describe.skipIf(why !== '')(`a real client with our tools${why}`, () => {
  let binary: Binary
  const folders: string[] = []
  beforeAll(async () => {
    binary = await Binary.build()
  })
  afterAll(async () => {
    await binary?.end([])
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  test.each(builds)(
    '%s %s drives its task from order to done over MCP',
    (tool, _version, program) => {
      const dir = mkdtempSync(join(tmpdir(), 'midwatch-own-'))
      folders.push(dir)
      const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`
      const args = [process.execPath, script, tool, program, dir, binary.path]
      const inside = ['env', '-i', `PATH=${path}`, `HOME=${dir}`, 'LANG=C.UTF-8', ...args]
      const ran = spawnSync(
        'unshare',
        [
          ...['--net', '--pid', '--fork', '--mount-proc', '--kill-child'],
          ...['sh', '-c', 'ip link set lo up; exec "$@"', 'sh', ...inside],
        ],
        { encoding: 'utf8', timeout: 150_000 },
      )
      expect(ran.stdout, ran.stderr).not.toBe('')
      const { task, added, effects, kinds, log } = JSON.parse(ran.stdout)
      expect(task.task, log).toMatchObject({ outcome: 'done', reason: 'said over MCP' })
      expect(task.attempts).toMatchObject([
        { class: 'success', progress: { text: 'half of it' }, said: { word: 'done' } },
      ])
      expect(added.task).toMatchObject({ title: 'the rest', createdBy: 'attempt 1' })
      expect(effects.effects).toMatchObject([{ key: 'mail:report', state: 'performed' }])
      expect(kinds).toEqual(expect.arrayContaining(['lock.acquired', 'lock.released']))
    },
    180_000,
  )
})
