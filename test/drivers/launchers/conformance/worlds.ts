// What every launcher keeps to, the simulator's as well as those that start real processes: what proves a start, how an end is
// told, who holds the ticket, what is adopted, and what emptying leaves. The stage says how a session does what a case wants.

import { describe, expect, it } from 'vitest'
import type {
  Launcher,
  LaunchOrder,
  SessionRef,
  Sighting,
} from '../../../../src/drivers/launchers/contract.ts'
import { exitOf, sighting } from './sightings.ts'

/** What a session of a case does. Those without an end live until they are signalled. */
export type Act =
  | 'idles'
  | 'is deaf to SIGTERM'
  | 'ends well by SIGTERM'
  | 'leaves a child'
  | { readonly exits: number }
  | { readonly dies: string }

/** A world in which sessions are started, whatever they are made of. */
export interface WorldStage {
  readonly launcher: Launcher
  /** From here on it is a launcher that started nothing yet, as after a restart. */
  reopen(): void
  orderFor(act: Act, changes?: Partial<LaunchOrder>): LaunchOrder
  /** An order for a program that is not there, or in a folder that is not. */
  orderWithout(what: 'program' | 'folder'): LaunchOrder
  start(order: LaunchOrder): Promise<SessionRef>
  /** Resolves when the session does what it was to do. */
  acts(ref: SessionRef): Promise<unknown>
  /** Whether its program ever ran. */
  ran(attemptId: number): boolean
  /** Lets time pass until this is answered. */
  passes<T>(promise: Promise<T>): Promise<T>
  /** Whether its launcher ends what a session leaves behind by itself. */
  readonly endsWhole: boolean
}

/** The cases, run on `stage`. */
export function worldCases(stage: WorldStage): void {
  const seen = (ref: SessionRef, fits: (one: Sighting) => boolean) =>
    stage.passes(sighting(stage.launcher, ref, fits))
  const exit = (ref: SessionRef) => stage.passes(exitOf(stage.launcher, ref))
  const empty = (ref: SessionRef, graceMs: number) =>
    stage.passes(stage.launcher.empty(ref, graceMs))
  const begun = async (act: Act) => {
    const ref = await stage.start(stage.orderFor(act))
    await stage.passes(stage.acts(ref))
    return ref
  }
  const isRunning = (one: Sighting): boolean => one.seen === 'running' && one.executed

  describe('in any world', () => {
    it('a started session proves pid, start ticks and boot, and that its program was executed', async () => {
      const ref = await stage.start(stage.orderFor('idles'))
      expect(ref.launch?.bootId).toMatch(/\S/)
      expect(await seen(ref, isRunning)).toMatchObject({ executed: true, proof: ref.launch })
      expect((await stage.launcher.living(ref)).length).toBeGreaterThan(0)
    })

    it('what was never started is absent, and nothing of it lives', async () => {
      const ref = { attemptId: 99, nonce: 'none', launch: null }
      expect(await stage.launcher.look(ref)).toEqual({ seen: 'absent' })
      expect(await stage.launcher.living(ref)).toEqual([])
      expect(await empty(ref, 0)).toEqual({ signals: [], survivors: [] })
      expect(await stage.launcher.size(ref, 'out')).toBe(0)
      expect(await stage.launcher.read(ref, 'out', 0, 10)).toHaveLength(0)
      expect(await stage.launcher.readOutbox(ref)).toEqual([])
    })

    it('a missing working directory is reported as such, and nothing runs', async () => {
      const order = stage.orderWithout('folder')
      await expect(stage.start(order)).rejects.toMatchObject({ code: 'launch.cwd_missing' })
      expect(await stage.launcher.look({ ...order, launch: null })).toEqual({ seen: 'absent' })
      expect(await stage.launcher.living({ ...order, launch: null })).toEqual([])
    })

    it('a missing program was never executed', async () => {
      const ref = await stage.start(stage.orderWithout('program'))
      const ended = await exit(ref)
      expect(ended).toMatchObject({ exitCode: 127, signal: null, neverExecuted: true })
      expect(ended.message).toContain('no such program')
      expect(await stage.launcher.living(ref)).toEqual([])
    })

    it.each([0, 7, 126, 127, 143, 255])('exit code %i of the program is told', async (code) => {
      const { evidence: _, ...told } = await exit(
        await stage.start(stage.orderFor({ exits: code })),
      )
      const how = { exitCode: code, signal: null, neverExecuted: false, message: '' }
      expect(told).toEqual({ ...how, ranMs: expect.any(Number) })
    })

    it.each(['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGSEGV'])(
      'death by %s is no exit code above 128',
      async (signal) => {
        const ended = await exit(await stage.start(stage.orderFor({ dies: signal })))
        expect(ended).toMatchObject({ exitCode: null, signal, neverExecuted: false })
      },
    )

    it('a ticket that we took first keeps the session from ever starting', async () => {
      const order = stage.orderFor({ exits: 0 })
      const ref = { ...order, launch: null }
      expect(await stage.launcher.takeTicket(ref)).toBe(true)
      expect(await stage.launcher.takeTicket(ref)).toBe(false)
      const started = await stage.start(order)
      expect(await seen(started, (one) => one.seen === 'refused')).toMatchObject({ byUs: true })
      await stage.passes(gone(stage.launcher, ref))
      expect(stage.ran(order.attemptId)).toBe(false)
    })

    it('a ticket can’t be taken from a session that has it', async () => {
      const ref = await begun('idles')
      expect(await stage.launcher.takeTicket(ref)).toBe(false)
      expect(await stage.launcher.look(ref)).toMatchObject({ seen: 'running' })
    })

    it('a start that comes too late is refused, and nothing ran', async () => {
      const order = stage.orderFor('idles', { startWithinMs: 0 })
      const ref = await stage.start(order)
      expect(await seen(ref, (one) => one.seen === 'refused')).toMatchObject({
        reason: expect.stringContaining('too late'),
      })
      expect(stage.ran(order.attemptId)).toBe(false)
      expect(await stage.launcher.living(ref)).toEqual([])
    })

    it('a start under another nonce finds the ticket taken', async () => {
      const ref = await begun('idles')
      const other = { attemptId: ref.attemptId, nonce: 'other', launch: null }
      expect(await stage.launcher.look(other)).toMatchObject({ seen: 'refused' })
      expect(await stage.launcher.look(ref)).toMatchObject({ seen: 'running' })
    })

    it('a running session whose launch was never stored is adopted by its ticket', async () => {
      const ref = await begun('idles')
      stage.launcher.forget(ref)
      stage.reopen()
      const unstored = { ...ref, launch: null }
      expect(await seen(unstored, isRunning)).toMatchObject({ proof: ref.launch })
      expect((await empty(unstored, 25_000)).survivors).toEqual([])
      expect(await stage.launcher.look(unstored)).toMatchObject({
        seen: 'exited',
        exit: { signal: 'SIGTERM' },
      })
    })

    it('a session that ended meanwhile is read by a launcher that did not start it', async () => {
      const ref = await stage.start(stage.orderFor({ exits: 4 }))
      await exit(ref)
      stage.reopen()
      const unstored = { ...ref, launch: null }
      expect(await stage.launcher.look(unstored)).toMatchObject({ exit: { exitCode: 4 } })
      expect(await stage.launcher.living(unstored)).toEqual([])
    })

    it('a session of an earlier boot has vanished, even when its ticket was lost', async () => {
      const proof = { launcher: stage.launcher.name, pid: 1, startTicks: '1', bootId: 'earlier' }
      const lost = { attemptId: 77, nonce: 'lost', launch: proof }
      expect(await stage.launcher.look(lost)).toEqual({ seen: 'vanished', proof })
      expect(await stage.launcher.living(lost)).toEqual([])
    })

    it('a session that obeys SIGTERM is asked only, and its own exit is recorded', async () => {
      const ref = await begun('ends well by SIGTERM')
      expect(await empty(ref, 25_000)).toEqual({ signals: ['SIGTERM'], survivors: [] })
      const ended = await exit(ref)
      expect(ended).toMatchObject({ exitCode: 143, signal: null })
    })

    it('a session deaf to SIGTERM is emptied by SIGKILL', async () => {
      const ref = await begun('is deaf to SIGTERM')
      expect(await empty(ref, 300)).toEqual({ signals: ['SIGTERM', 'SIGKILL'], survivors: [] })
      expect(await stage.launcher.living(ref)).toEqual([])
      expect(await exit(ref)).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    })

    it('what a session left behind after a normal exit lives, and is emptied', async () => {
      const ref = await stage.start(stage.orderFor('leaves a child'))
      expect(await exit(ref)).toMatchObject({ exitCode: 0 })
      expect(await stage.launcher.living(ref)).toHaveLength(stage.endsWhole ? 0 : 1)
      expect((await empty(ref, 2_000)).survivors).toEqual([])
      expect(await stage.launcher.living(ref)).toEqual([])
    })

    it('two sessions do not see each other', async () => {
      const [first, second] = [await begun('idles'), await begun('idles')]
      const ofSecond = await stage.launcher.living(second)
      const ofFirst = await stage.launcher.living(first)
      expect(ofFirst.filter((pid) => ofSecond.includes(pid))).toEqual([])
      await empty(first, 2_000)
      expect(await stage.launcher.living(second)).toEqual(ofSecond)
      expect(await stage.launcher.look(second)).toMatchObject({ seen: 'running', executed: true })
    })
  })
}

async function gone(launcher: Launcher, ref: SessionRef): Promise<void> {
  const never = new AbortController().signal
  while ((await launcher.living(ref)).length > 0) await launcher.changed(ref, 20, never)
}
