// The units against a real systemd, of the system and of a user: the machine's own where it runs, else one in a box, in which
// this same file runs again.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'

import { startBox, systemdIsHere, whyNoBox } from '../../support/systemd-box.ts'
import { until } from '../../support/until.ts'

const midwatch = fileURLToPath(new URL('../../../bin/midwatch.mjs', import.meta.url))
const isRoot = process.getuid?.() === 0
const hasManager = existsSync(`${process.env['XDG_RUNTIME_DIR'] ?? '/nowhere'}/systemd/private`)

function facts(scope: readonly string[], manager: readonly string[]): void {
  describe('midwatch service', () => {
    let dir = ''
    const name = `box-${process.pid}`
    const unit = `midwatch-${name}.service`
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'midwatch-service-'))
      writeFileSync(
        join(dir, 'midwatch.yaml'),
        `name: ${name}\nbackoff: [200ms]\nhttp: {listen: "off"}\nagents:\n  shell: {adapter: command}\n`,
      )
    })
    afterEach(() => {
      spawnSync(process.execPath, [midwatch, 'stop', '--sessions'], { cwd: dir })
      spawnSync(process.execPath, [midwatch, 'service', 'uninstall', ...scope], { cwd: dir })
      rmSync(dir, { recursive: true, force: true })
    })

    const run = (...args: string[]) =>
      spawnSync(process.execPath, [midwatch, ...args], { cwd: dir, encoding: 'utf8' })
    const shown = (property: string) =>
      execFileSync('systemctl', [...manager, 'show', '--value', '-p', property, unit], {
        encoding: 'utf8',
      }).trim()
    const settledAs = (id: number) => {
      const { stdout } = run('show', String(id), '--json')
      return stdout === '' ? null : (JSON.parse(stdout).task.outcome as string | null)
    }

    it('runs the fleet under its watch, brings it back when it is killed, and leaves sessions alone at the end', async () => {
      const installed = run('service', 'install', ...scope)
      expect(installed.stderr).not.toContain('midwatch:')
      expect(installed.status).toBe(0)
      expect(run('service', 'status', ...scope).status).toBe(0)
      expect([shown('Type'), shown('ActiveState'), shown('WatchdogUSec')]).toEqual([
        'notify',
        'active',
        '30s',
      ])
      run('add', 'one', '--run', 'true')
      await until(async () => settledAs(1) === 'done')

      run(
        'add',
        'long',
        '--run',
        `touch ${dir}/began; while [ ! -e ${dir}/go ]; do sleep 0.2; done`,
      )
      await until(async () => existsSync(join(dir, 'began')))
      const before = shown('MainPID')
      execFileSync('kill', ['-KILL', before])
      // Between the death and the new start the unit may still be told as active, without a process.
      await until(
        async () => ![before, '0'].includes(shown('MainPID')) && shown('ActiveState') === 'active',
      )
      expect(Number(shown('NRestarts'))).toBeGreaterThan(0)

      const removed = run('service', 'uninstall', ...scope)
      expect(removed.status).toBe(0)
      expect(run('service', 'status', ...scope).status).toBe(1)
      writeFileSync(join(dir, 'go'), '')
      expect(run('up', '--until-idle').status).toBe(0)
      const { stdout } = run('show', '2', '--json')
      expect(JSON.parse(stdout)).toMatchObject({ task: { outcome: 'done' } })
      expect(JSON.parse(stdout).attempts).toHaveLength(1)
    }, 120_000)
  })
}

if (systemdIsHere && isRoot) facts(['--system'], [])
else if (systemdIsHere && hasManager) facts([], ['--user'])
else
  describe('units of systemd', () => {
    const box = whyNoBox === null ? startBox() : null
    afterAll(() => box?.stop())

    const skipped =
      box === null ? ` (skipped: ${systemdIsHere ? 'no manager answers this user' : whyNoBox})` : ''
    it.skipIf(box === null).each([
      { as: 'root', asUser: false },
      { as: 'a user', asUser: true },
    ])(
      `keep a fleet in a box with a systemd of its own, as $as${skipped}`,
      async ({ asUser }) => {
        const ran = await box?.test('test/drivers/service/real.test.ts', asUser)
        expect(ran?.failed, ran?.output).toEqual([])
        expect(ran?.passed).toBe(1)
      },
      240_000,
    )
  })
