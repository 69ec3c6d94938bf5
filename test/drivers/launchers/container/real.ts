// What a real engine does with a session's container, beyond what every launcher must.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../../src/base/clock.ts'
import { newNonce } from '../../../../src/base/ids.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import { createContainerLauncher } from '../../../../src/drivers/launchers/container/container.ts'
import { containerName } from '../../../../src/drivers/launchers/container/words.ts'
import type { Bounds, LaunchOrder } from '../../../../src/drivers/launchers/contract.ts'
import type { AskTool } from '../../../../src/drivers/launchers/tool.ts'
import { engineHere } from '../../../support/engines.ts'
import { exitOf, sighting } from '../conformance/sightings.ts'
import { attemptsFolder, until } from '../conformance/stage.ts'
import { containerBounds } from '../kinds.ts'

const fleetId = `facts-${process.pid}`

export function containerFacts(engine: 'podman' | 'docker'): void {
  describe(`a container of ${engine}`, () => {
    let dir: string
    let attemptId = 0
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'midwatch-container-'))
    })
    afterEach(() => rmSync(dir, { recursive: true, force: true }))

    const launcherOf = (ask: AskTool = engineHere(engine)) =>
      createContainerLauncher(
        { attemptsDir: attemptsFolder(dir), fleetId, clock: systemClock, ask, asRoot: true },
        engine,
      )
    const boundsOf = (changes: Parameters<typeof containerBounds>[0] = {}) =>
      containerBounds({ engine, ...changes })
    const orderOf = (script: string, bounds: Bounds = boundsOf()): LaunchOrder => ({
      attemptId: ++attemptId,
      nonce: newNonce(systemRandom),
      program: 'sh',
      args: ['-c', script],
      cwd: dir,
      env: { PATH: '/usr/bin:/bin' },
      stdin: '',
      files: {},
      startWithinMs: 25_000,
      bounds,
    })
    const run = async (script: string, bounds?: Bounds) => {
      const launcher = launcherOf()
      const order = orderOf(script, bounds)
      const ref = { ...order, launch: await launcher.start(order) }
      const exit = await exitOf(launcher, ref)
      const out = (await launcher.read(ref, 'out', 0, 100_000)).toString()
      launcher.forget(ref)
      return { exit, out }
    }
    const nameOf = (order: LaunchOrder) => containerName(fleetId, order.attemptId, order.nonce)
    const stateOf = (name: string) =>
      engineHere(engine)(engine, ['container', 'inspect', '--format', '{{.State.Status}}', name])

    it('writes to its folder and its /tmp, and to nothing else', async () => {
      const { out, exit } = await run(
        'touch here /tmp/mine && echo ok; touch /etc/no /usr/no; exit 0',
      )
      expect(exit.exitCode).toBe(0)
      expect(out).toBe('ok\n')
      expect(existsSync(join(dir, 'here'))).toBe(true)
      expect(existsSync('/tmp/mine')).toBe(false)
      expect(existsSync('/usr/no')).toBe(false)
    })

    it('has no rights of root, no network where none was given, and the mounts it was given', async () => {
      writeFileSync(join(dir, 'book'), 'words')
      const bounds = boundsOf({ mounts: [{ from: join(dir, 'book'), to: '/book', write: false }] })
      const { out } = await run(
        'cat /book; grep CapEff /proc/self/status; ls /sys/class/net; touch /book',
        bounds,
      )
      expect(out).toMatch(/^wordsCapEff:\s0+\nlo\n$/)
    })

    it('runs as the user that it was told, in a folder of an attempt that is theirs', async () => {
      const cwd = join(dir, 'work')
      mkdirSync(cwd)
      chmodSync(cwd, 0o777)
      const launcher = launcherOf()
      const order = orderOf('touch mine; id -u; id -g', boundsOf({ user: '1500:1501' }))
      const ref = { ...order, launch: await launcher.start({ ...order, cwd }) }
      expect(await exitOf(launcher, ref)).toMatchObject({ exitCode: 0 })
      expect((await launcher.read(ref, 'out', 0, 100)).toString()).toBe('1500\n1501\n')
      expect(statSync(join(cwd, 'mine'))).toMatchObject({ uid: 1500, gid: 1501 })
      launcher.forget(ref)
    })

    it('whose user cannot reach the attempt’s folder never starts, and says so at once', async () => {
      chmodSync(dir, 0o777)
      const launcher = launcherOf()
      const order = orderOf('touch ran', boundsOf({ user: '1500:1501' }))
      const ref = { ...order, launch: await launcher.start(order) }
      const seen = await until(async () => {
        const now = await launcher.look(ref)
        return now.seen === 'refused' ? now : null
      }, 'it is told')
      expect(seen).toMatchObject({ byUs: false, reason: expect.stringContaining('`user`') })
      expect(existsSync(join(dir, 'ran'))).toBe(false)
      launcher.forget(ref)
    })

    it('leaves no secret behind: not in its launch file, not in what the engine shows', async () => {
      const launcher = launcherOf()
      const order = {
        ...orderOf('touch ran; sleep 60'),
        env: { PATH: '/usr/bin:/bin', KEY: 'sesame-opens' },
      }
      const ref = { ...order, launch: await launcher.start(order) }
      await until(async () => (existsSync(join(dir, 'ran')) ? true : null), 'it ran')
      const shown = await engineHere(engine)(engine, ['container', 'inspect', nameOf(order)])
      expect(shown).toMatchObject({ code: 0 })
      expect(JSON.stringify(shown)).not.toContain('sesame')
      expect(
        readFileSync(join(attemptsFolder(dir), String(order.attemptId), 'launch'), 'utf8'),
      ).toBe('')
      await launcher.empty(ref, 1_000)
      launcher.forget(ref)
    })

    it('leaves letters in its outbox, which the dispatcher reads', async () => {
      const launcher = launcherOf()
      const order = orderOf(`echo '{"verb":"say"}' >"$MIDWATCH_OUTBOX/a"`)
      const outbox = join(attemptsFolder(dir), String(order.attemptId), 'outbox')
      const ref = {
        ...order,
        launch: await launcher.start({ ...order, env: { ...order.env, MIDWATCH_OUTBOX: outbox } }),
      }
      await exitOf(launcher, ref)
      expect(await launcher.readOutbox(ref)).toEqual([{ name: 'a', text: '{"verb":"say"}\n' }])
      launcher.forget(ref)
    })

    it('is removed once it is over and forgotten, and left running by who forgets it before', async () => {
      const launcher = launcherOf()
      const order = orderOf('touch ran; while [ ! -e go ]; do sleep 0.05; done; exit 3')
      const ref = { ...order, launch: await launcher.start(order) }
      await until(async () => (existsSync(join(dir, 'ran')) ? true : null), 'it ran')
      launcher.forget(ref)
      const second = launcherOf()
      await sighting(second, ref, (s) => s.seen === 'running' && s.executed)
      writeFileSync(join(dir, 'go'), '')
      expect(await exitOf(second, ref)).toMatchObject({
        exitCode: 3,
        evidence: expect.stringContaining('exited with 3'),
      })
      second.forget(ref)
      await until(async () => {
        const said = await stateOf(nameOf(order))
        return said.is === 'said' && said.code !== 0 ? true : null
      }, 'it is removed')
      expect(await second.look(ref)).toMatchObject({ seen: 'exited', exit: { exitCode: 3 } })
    })

    it('whose daemon died before it forgot it is collected; one that runs, or is another fleet’s, is not', async () => {
      const launcher = launcherOf()
      const over = orderOf('exit 0')
      const running = orderOf('touch ran; sleep 60')
      const refs = [over, running].map(async (order) => ({
        ...order,
        launch: await launcher.start(order),
      }))
      const [first, second] = await Promise.all(refs)
      if (first === undefined || second === undefined) throw new Error('both were started')
      await exitOf(launcher, first)
      await until(async () => {
        const said = await stateOf(nameOf(over))
        return said.is === 'said' && said.out.trim() === 'exited' ? true : null
      }, 'the engine knows that it is over')
      expect(await launcher.collect()).toEqual([]) // somebody waits for it
      expect(await launcherOf().collect()).toEqual([nameOf(over)])
      expect(await stateOf(nameOf(running))).toMatchObject({ out: 'running\n' })
      await launcher.empty(second, 1_000)
      launcher.forget(second)
    })

    it('of an image that is not here is told at once by `never`, and by what its registry said', async () => {
      const order = (changes: object) =>
        orderOf('touch ran', boundsOf({ image: 'localhost:1/midwatch-nowhere:1', ...changes }))
      await expect(launcherOf().start(order({ pull: 'never' }))).rejects.toMatchObject({
        code: 'launch.image_missing',
      })
      await expect(launcherOf().start(order({ pull: 'missing' }))).rejects.toMatchObject({
        code: 'launch.pull_unreachable',
        remedy: expect.stringContaining('pull: never'),
      })
      expect(existsSync(join(dir, 'ran'))).toBe(false)
    })

    it.each([
      ['a network that is not there', { network: 'nonet' }, /^launch\.network_missing$/],
      ['a user that the image does not know', { user: 'nobodyx' }, /^launch\.user_missing$/],
      [
        'an image without a shell',
        { mounts: [{ from: '/var/empty-of-midwatch', to: '/usr', write: false }] },
        /^launch\.(no_shell|mount_missing|refused)$/,
      ],
      [
        'a mount that is not there',
        { mounts: [{ from: '/no/such/folder', to: '/x', write: false }] },
        /^launch\.mount_missing$/,
      ],
    ])('with %s does not start, and says so', async (_, changes, code) => {
      const order = orderOf('touch ran', boundsOf(changes))
      await expect(launcherOf().start(order)).rejects.toMatchObject({
        code: expect.stringMatching(code),
      })
      expect(existsSync(join(dir, 'ran'))).toBe(false)
      expect(await stateOf(nameOf(order))).not.toMatchObject({ code: 0 })
    })

    it('that is not what it was asked to be is ended, and the difference is told', async () => {
      const losing: AskTool = (program, args, timeoutMs) =>
        engineHere(engine)(
          program,
          args.filter((arg) => !/^--memory/.test(arg)),
          timeoutMs,
        )
      const order = orderOf('sleep 60', boundsOf({ memoryBytes: 67_108_864 }))
      await expect(launcherOf(losing).start(order)).rejects.toMatchObject({
        code: 'launch.container_differs',
        message: expect.stringContaining('memory was asked to be 67108864 and is 0'),
      })
      expect(await stateOf(nameOf(order))).not.toMatchObject({ code: 0 })
    })
  })
}
