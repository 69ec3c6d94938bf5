// What a real systemd says and does, and what the launcher makes of it.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../../src/base/clock.ts'
import { newNonce } from '../../../../src/base/ids.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import type { Bounds, Launcher, LaunchOrder } from '../../../../src/drivers/launchers/contract.ts'
import { refusedStart } from '../../../../src/drivers/launchers/systemd/ask.ts'
import { Manager } from '../../../../src/drivers/launchers/systemd/manager.ts'
import {
  propertyArgument,
  shownNames,
  unitRows,
} from '../../../../src/drivers/launchers/systemd/properties.ts'
import { createSystemdLauncher } from '../../../../src/drivers/launchers/systemd/systemd.ts'
import { sliceName, unitName } from '../../../../src/drivers/launchers/systemd/unit.ts'
import type { AskTool } from '../../../../src/drivers/launchers/tool.ts'
import { exitOf, sighting } from '../conformance/sightings.ts'
import { attemptsFolder, until } from '../conformance/stage.ts'
import { systemdBounds, tools } from '../kinds.ts'

const fleetId = `real-${process.pid}`
const mega = 1_048_576

export function realSystemdFacts(): void {
  let dir: string
  const manager = new Manager('system', tools)
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'midwatch-systemd-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const launcherOf = (ask: AskTool = tools): Launcher =>
    createSystemdLauncher(
      { attemptsDir: attemptsFolder(dir), fleetId, clock: systemClock, ask },
      'system',
    )

  const orderOf = (script: string, bounds: Bounds = systemdBounds()): LaunchOrder => ({
    attemptId: 1,
    nonce: newNonce(systemRandom),
    program: '/bin/sh',
    args: ['-c', script],
    cwd: dir,
    env: { PATH: '/usr/bin:/bin' },
    stdin: '',
    files: {},
    startWithinMs: 25_000,
    bounds,
  })

  const nameOf = ({ attemptId, nonce }: LaunchOrder) => unitName(fleetId, attemptId, nonce)

  describe('systemd-run', () => {
    it('refuses the argument by which a fleet once started nothing for months', async () => {
      const unit = `midwatch-glued-${process.pid}.service`
      const glued = await tools('systemd-run', [
        `--unit=${unit}`,
        '-p=MemoryMax=4G',
        '--',
        '/bin/true',
      ])
      expect(glued).toMatchObject({ is: 'said', code: 1 })
      expect(glued.is === 'said' && glued.err).toContain('Unknown assignment: =MemoryMax=4G')
      expect((await manager.look(unit)).unit).toBeNull()
    })

    it('takes every argument that a row of properties can make, and shows each again as it was asked for', async () => {
      const bounds = systemdBounds({
        memoryBytes: 4 * 1_024 * mega,
        cpus: 2,
        tasks: 300,
        network: false,
      })
      const { launching } = bounds
      if (launching.kind !== 'systemd') throw new Error('it is of systemd')
      const rows = unitRows(launching, bounds, { cwd: dir, attemptDir: dir }, 'a unit of a test')
      for (const row of rows) expect(propertyArgument(row)).toMatch(/^--property=[A-Z]\w+=/)
      const order = orderOf('sleep 60', bounds)
      const launcher = launcherOf()
      const ref = { ...order, launch: await launcher.start(order) }
      const { shown } = await manager.look(nameOf(order), shownNames(rows))
      expect(Object.fromEntries(shown)).toMatchObject({
        MemoryMax: String(4 * 1_024 * mega),
        CPUQuotaPerSecUSec: '2s',
        TasksMax: '300',
        RuntimeMaxUSec: '3min 5s',
        KillMode: 'control-group',
        NoNewPrivileges: 'yes',
        ProtectSystem: 'strict',
        PrivateTmp: 'yes',
        PrivateNetwork: 'yes',
        CollectMode: 'inactive',
      })
      const slice = await tools('systemctl', ['show', nameOf(order), '--property=Slice', '--value'])
      expect(slice).toMatchObject({ out: `${sliceName(fleetId)}\n` })
      await launcher.empty(ref, 1_000)
      launcher.forget(ref)
    })

    it('an unknown unit is shown as a success, and is none', async () => {
      const said = await tools('systemctl', ['show', 'midwatch-nowhere.service'])
      expect(said).toMatchObject({ code: 0, out: expect.stringContaining('Result=success') })
      expect(await manager.look('midwatch-nowhere.service')).toMatchObject({
        unit: null,
        trouble: null,
      })
    })
  })

  describe('a unit that is not what it was asked to be', () => {
    /** A systemd that loses an argument on the way. */
    const losing =
      (lost: RegExp): AskTool =>
      (program, args, timeoutMs) =>
        tools(
          program,
          args.filter((arg) => !lost.test(arg)),
          timeoutMs,
        )

    it('is ended, and the difference is told: a memory bound that was lost', async () => {
      const order = orderOf('touch ran; sleep 60', systemdBounds({ memoryBytes: 256 * mega }))
      const start = launcherOf(losing(/^--property=MemoryMax=/)).start(order)
      await expect(start).rejects.toMatchObject({
        code: 'launch.unit_differs',
        message: expect.stringContaining('MemoryMax was asked to be 268435456 and is infinity'),
      })
      expect((await manager.look(nameOf(order))).unit).toBeNull()
      expect(await launcherOf().living({ ...order, launch: null })).toEqual([])
    })

    it('is told of a read-only system that was lost', async () => {
      const start = launcherOf(losing(/^--property=ProtectSystem=/)).start(orderOf('sleep 60'))
      await expect(start).rejects.toMatchObject({ code: 'launch.unit_differs' })
    })
  })

  describe('a start that fails before the wrapper', () => {
    it('is told by systemd’s own word: 203/EXEC', async () => {
      const order = orderOf('true')
      const said = await manager.run(
        nameOf(order),
        sliceName(fleetId),
        ['--property=Type=exec', `--property=RootDirectory=${dir}`],
        ['/bin/true'],
      )
      expect(said).toMatchObject({ is: 'said', code: 1 })
      const refusal = await refusedStart(manager, nameOf(order), order, said)
      expect(refusal.code).toBe('launch.not_executed')
      expect(refusal.message).toContain('203/EXEC')
      expect((await manager.look(nameOf(order))).unit).toBeNull()
    })

    it('is told by systemd’s own word: 200/CHDIR, without the read-only system as with it', async () => {
      for (const protect of [true, false]) {
        const order = {
          ...orderOf('touch /tmp/never', systemdBounds({ protect })),
          cwd: join(dir, 'nowhere'),
        }
        await expect(launcherOf().start(order)).rejects.toMatchObject({
          code: 'launch.cwd_missing',
          message: expect.stringMatching(protect ? /226\/NAMESPACE/ : /200\/CHDIR/),
        })
        expect((await manager.look(nameOf(order))).unit).toBeNull()
      }
    })

    it('names the writable folder that is not there', async () => {
      const missing = join(dir, 'no-such-home')
      const start = launcherOf().start(orderOf('true', systemdBounds({ writable: [missing] })))
      await expect(start).rejects.toMatchObject({
        code: 'launch.namespace',
        message: expect.stringContaining(missing),
      })
    })
  })

  describe('a session in its unit', () => {
    it('may write to its folder, and to nothing else', async () => {
      const script = `touch here; touch /usr/no /var/no /etc/no 2>/dev/null; ls /tmp | grep -c midwatch-systemd- >tmp; exit 0`
      const order = orderOf(script)
      const launcher = launcherOf()
      const ref = { ...order, launch: await launcher.start(order) }
      await exitOf(launcher, ref)
      expect(existsSync(join(dir, 'here'))).toBe(true)
      for (const path of ['/usr/no', '/var/no', '/etc/no']) expect(existsSync(path)).toBe(false)
      launcher.forget(ref)
    })

    it('leaves no secret in its launch file, none in its unit, and none among the arguments of a process', async () => {
      const order = {
        ...orderOf('touch ran; sleep 60'),
        env: { PATH: '/usr/bin:/bin', KEY: 'sesame-opens' },
      }
      const launcher = launcherOf()
      const ref = { ...order, launch: await launcher.start(order) }
      await sighting(launcher, ref, (s) => s.seen === 'running' && s.executed)
      await until(async () => (existsSync(join(dir, 'ran')) ? true : null), 'it ran')
      const shown = await tools('systemctl', ['show', nameOf(order)])
      expect(JSON.stringify(shown)).not.toContain('sesame')
      expect(readFileSync(join(attemptsFolder(dir), '1', 'launch'), 'utf8')).toBe('')
      await launcher.empty(ref, 1_000)
      launcher.forget(ref)
    })

    it('that failed has its result read and its journal kept before systemd forgets it', async () => {
      const order = orderOf('exit 7')
      const launcher = launcherOf()
      const ref = { ...order, launch: await launcher.start(order) }
      const exit = await exitOf(launcher, ref)
      expect(exit).toMatchObject({
        exitCode: 7,
        evidence: expect.stringContaining('Result=exit-code'),
      })
      expect(readFileSync(join(attemptsFolder(dir), '1', 'journal'), 'utf8')).toContain('status=7')
      expect((await manager.look(nameOf(order))).unit).not.toBeNull()
      launcher.forget(ref)
      await until(
        async () => ((await manager.look(nameOf(order))).unit === null ? true : null),
        'it is forgotten',
      )
      // What was collected is no success afterwards: the ticket tells, and without one it has vanished.
      expect(await launcher.look(ref)).toMatchObject({ seen: 'exited', exit: { exitCode: 7 } })
      rmSync(join(attemptsFolder(dir), '1', 'ticket'))
      expect(await launcher.look(ref)).toMatchObject({ seen: 'absent' })
    })

    it('is left running by who forgets it', async () => {
      const order = orderOf('touch ran; sleep 60')
      const launcher = launcherOf()
      const ref = { ...order, launch: await launcher.start(order) }
      await until(async () => (existsSync(join(dir, 'ran')) ? true : null), 'it ran')
      launcher.forget(ref)
      const second = launcherOf()
      expect(await second.look(ref)).toMatchObject({ seen: 'running' })
      expect((await second.living(ref)).length).toBeGreaterThan(0)
      await second.empty(ref, 1_000)
      second.forget(ref)
    })
  })
}
