// What every launcher must do, whatever it starts sessions with. Each case runs real processes. A launcher is opened
// over a folder, so that a second one can be opened over the same folder: that is what a restart looks like.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import type {
  Launcher,
  LaunchOrder,
  SessionExit,
  SessionRef,
  Sighting,
} from '../../../src/drivers/launchers/contract.ts'

export interface LauncherUnderTest {
  /** Opens the launcher over `dir`. Opened twice, it is the launcher after a restart. */
  open(dir: string): Launcher
  /** Why a process that scrubs its environment can't be caught here; null when it can. */
  readonly whyNoContainment: string | null
}

/** How long a condition may take to come true; far beyond what it takes. */
const deadlineMs = 15_000

/** Runs the suite against one launcher. */
export function launcherConformance(name: string, tested: LauncherUnderTest): void {
  describe(`launcher ${name}`, () => {
    let dir: string
    let launcher: Launcher
    let nextId: number
    let refs: SessionRef[]

    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'midwatch-launcher-'))
      launcher = tested.open(dir)
      nextId = 1
      refs = []
    })

    afterEach(async () => {
      for (const ref of refs) {
        await launcher.empty(ref, 0)
        launcher.forget(ref)
      }
      rmSync(dir, { recursive: true, force: true })
    })

    function orderOf(script: string, changes: Partial<LaunchOrder> = {}): LaunchOrder {
      const attemptId = nextId++
      return {
        attemptId,
        nonce: `nonce${attemptId}`,
        program: '/bin/sh',
        args: ['-c', script],
        cwd: dir,
        env: { PATH: '/usr/bin:/bin' },
        stdin: '',
        files: {},
        startWithinMs: 10_000,
        ...changes,
      }
    }

    async function start(order: LaunchOrder): Promise<SessionRef> {
      refs.push({ ...order, launch: null })
      const launch = await launcher.start(order)
      const ref = { attemptId: order.attemptId, nonce: order.nonce, launch }
      refs.splice(
        refs.findIndex((known) => known.attemptId === order.attemptId),
        1,
        ref,
      )
      return ref
    }

    const run = async (script: string, changes: Partial<LaunchOrder> = {}) => {
      const ref = await start(orderOf(script, changes))
      return { ref, exit: await exitOf(launcher, ref) }
    }

    const text = async (ref: SessionRef, stream: 'out' | 'err' = 'out') =>
      (await launcher.read(ref, stream, 0, 1_000_000)).toString()

    const file = (path: string) => readFileSync(join(dir, path), 'utf8')

    const waitForFile = (path: string) =>
      until(async () => (existsSync(join(dir, path)) ? true : null), `${path} appears`)

    describe('start', () => {
      it('a started session proves pid, start ticks and boot, and that its program was executed', async () => {
        const ref = await start(orderOf('sleep 60'))
        const seen = await sighting(launcher, ref, (s) => s.seen === 'running' && s.executed)
        expect(ref.launch?.bootId).toMatch(/\S/)
        expect(seen).toMatchObject({ seen: 'running', executed: true, proof: ref.launch })
      })

      it('what was never started is absent, and nothing of it lives', async () => {
        const ref = { attemptId: 99, nonce: 'none', launch: null }
        expect(await launcher.look(ref)).toEqual({ seen: 'absent' })
        expect(await launcher.living(ref)).toEqual([])
        expect(await launcher.empty(ref, 0)).toEqual({ signals: [], survivors: [] })
        expect(await launcher.size(ref, 'out')).toBe(0)
        expect(await launcher.read(ref, 'out', 0, 10)).toHaveLength(0)
        expect(await launcher.takeOutbox(ref)).toEqual([])
      })

      it('the session runs in its folder, with exactly its environment', async () => {
        const env = {
          PATH: '/usr/bin:/bin',
          SPACES: ' two  words ',
          LINES: 'a\nb\n\nend\n',
          UMLAUT: 'äöü – 漢字 🌙',
          QUOTES: `'"\`$(touch broken)`,
          EMPTY: '',
          'with.dots': 'kept',
          'with-dash': 'x=y z',
        }
        const print = 'process.stdout.write(JSON.stringify([process.cwd(), process.env]))'
        const { ref, exit } = await run('', { program: process.execPath, args: ['-e', print], env })
        expect(exit.exitCode).toBe(0)
        const [cwd, seen] = JSON.parse(await text(ref))
        expect(cwd).toBe(dir)
        expect(seen).toMatchObject(env)
        expect(existsSync(join(dir, 'broken'))).toBe(false)
        const added = Object.keys(seen).filter((key) => !(key in env))
        expect(added.filter((key) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(key))).toEqual([
          'MIDWATCH_MARK',
        ])
      })

      it('arguments arrive as they are, empty ones and leading dashes included', async () => {
        const args = ['-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--']
        const given = ['', ' ', '-x', '--', '$HOME', 'a\nb', '*', "it's", 'ü', 'x'.repeat(131_071)]
        const { ref } = await run('', { program: process.execPath, args: [...args, ...given] })
        expect(JSON.parse(await text(ref))).toEqual(given)
      })

      it('an order of five megabytes arrives whole by standard input', async () => {
        const stdin = 'äbc\n'.repeat(1_048_576)
        const { ref, exit } = await run('wc -c', { stdin })
        expect(exit.exitCode).toBe(0)
        expect(Number(await text(ref))).toBe(Buffer.byteLength(stdin))
      })

      it('without an order standard input is at its end, not an open pipe', async () => {
        const { ref, exit } = await run('cat; echo ended')
        expect(exit.exitCode).toBe(0)
        expect(await text(ref)).toBe('ended\n')
      })

      it('signals have their defaults in the session', async () => {
        const { ref } = await run('grep SigIgn /proc/self/status; grep SigBlk /proc/self/status')
        expect((await text(ref)).match(/[0-9a-f]{16}/g)).toEqual(['0'.repeat(16), '0'.repeat(16)])
      })

      it('a missing working directory is reported as such, and nothing runs', async () => {
        const order = orderOf('touch ran', { cwd: join(dir, 'nowhere') })
        await expect(start(order)).rejects.toMatchObject({ code: 'launch.cwd_missing' })
        expect(await launcher.look({ ...order, launch: null })).toEqual({ seen: 'absent' })
        expect(await launcher.living({ ...order, launch: null })).toEqual([])
      })

      it('an argument of 131,072 bytes is refused with a sentence, and nothing runs', async () => {
        const order = orderOf('touch ran', { args: ['-c', 'touch ran', 'x'.repeat(131_072)] })
        await expect(start(order)).rejects.toMatchObject({ code: 'launch.too_large' })
        expect(await launcher.look({ ...order, launch: null })).toEqual({ seen: 'absent' })
        expect(existsSync(join(dir, 'ran'))).toBe(false)
      })

      it('files asked for lie in the attempt folder, with an outbox beside them', async () => {
        const order = orderOf('', { files: { 'prompt.md': 'do it\n' } })
        const ref = await start({ ...order, args: ['-c', 'exit 0'] })
        await exitOf(launcher, ref)
        const script = `cat */prompt.md; ls -d */outbox`
        const reader = await run(script, { cwd: attemptsFolder(dir) })
        expect(await text(reader.ref)).toBe(`do it\n1/outbox\n2/outbox\n`)
      })
    })

    describe('exit', () => {
      it.each([0, 7, 126, 127, 143, 255])('exit code %i of the program is told', async (code) => {
        const { exit } = await run(`exit ${code}`)
        expect(exit).toEqual({ exitCode: code, signal: null, neverExecuted: false, message: '' })
      })

      it.each(['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGSEGV'])(
        'death by %s is no exit code above 128',
        async (signal) => {
          const { exit } = await run(`kill -${signal.slice(3)} $$`)
          expect(exit).toMatchObject({ exitCode: null, signal, neverExecuted: false })
        },
      )

      it('a missing program was never executed', async () => {
        const program = join(dir, 'no such program')
        const { ref, exit } = await run('', { program })
        expect(exit).toMatchObject({ exitCode: 127, signal: null, neverExecuted: true })
        expect(exit.message).toContain('no such program')
        expect(await launcher.living(ref)).toEqual([])
      })

      it('a file that may not be executed was never executed', async () => {
        writeFileSync(join(dir, 'plain'), 'echo no', { mode: 0o644 })
        const { exit } = await run('', { program: join(dir, 'plain') })
        expect(exit).toMatchObject({ exitCode: 126, neverExecuted: true })
        expect(exit.message).toMatch(/permission denied/i)
      })

      it('a script with a missing interpreter was never executed, and the interpreter is named', async () => {
        writeFileSync(join(dir, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 })
        const { exit } = await run('', { program: join(dir, 'script') })
        expect(exit).toMatchObject({ exitCode: 127, neverExecuted: true })
        expect(exit.message).toContain('/no/such/interpreter')
      })

      it('a script without interpreter line that exits with 127 was executed', async () => {
        writeFileSync(join(dir, 'script'), 'echo here\nexit 127\n', { mode: 0o755 })
        const { ref, exit } = await run('', { program: join(dir, 'script') })
        expect(exit).toMatchObject({ exitCode: 127, neverExecuted: false })
        expect(await text(ref)).toBe('here\n')
      })
    })

    describe('output', () => {
      it('both streams are read from any offset, at most as much as asked for', async () => {
        const { ref } = await run('printf 0123456789; printf oops >&2')
        expect(await launcher.size(ref, 'out')).toBe(10)
        expect((await launcher.read(ref, 'out', 3, 4)).toString()).toBe('3456')
        expect((await launcher.read(ref, 'out', 8, 100)).toString()).toBe('89')
        expect(await launcher.read(ref, 'out', 10, 100)).toHaveLength(0)
        expect(await text(ref, 'err')).toBe('oops')
      })

      it('output cut under the writer goes on at the cut, without a hole', async () => {
        const script =
          'echo before; touch wrote; while [ ! -e cut ]; do sleep 0.01; done; echo after'
        const ref = await start(orderOf(script))
        await waitForFile('wrote')
        await truncateOutput(dir, ref)
        writeFileSync(join(dir, 'cut'), '')
        await exitOf(launcher, ref)
        expect(await text(ref)).toBe('after\n')
      })

      it('megabytes of output are read whole', async () => {
        const { ref } = await run('head -c 3000000 /dev/zero')
        expect(await launcher.read(ref, 'out', 0, 4_000_000)).toHaveLength(3_000_000)
      })

      it('letters in the outbox are handed out once, by name, and drafts stay', async () => {
        const script =
          'cd */outbox && echo 2 >b && echo 1 >a && echo draft >.c && mkdir d && mkfifo e'
        const { ref } = await run(script, { cwd: attemptsFolder(dir) })
        expect(await launcher.takeOutbox(ref)).toEqual(['1\n', '2\n'])
        expect(await launcher.takeOutbox(ref)).toEqual([])
      })
    })

    describe('ticket', () => {
      it('a ticket that we took first keeps the session from ever starting', async () => {
        const order = orderOf('touch ran')
        const ref = { ...order, launch: null }
        expect(await launcher.takeTicket(ref)).toBe(true)
        const started = await start(order)
        await until(
          async () => ((await launcher.living(ref)).length === 0 ? true : null),
          'none lives',
        )
        expect(await launcher.look(started)).toMatchObject({ seen: 'refused' })
        expect(existsSync(join(dir, 'ran'))).toBe(false)
      })

      it('a ticket can’t be taken from a session that has it', async () => {
        const ref = await start(orderOf('sleep 60'))
        await sighting(launcher, ref, (s) => s.seen === 'running')
        expect(await launcher.takeTicket(ref)).toBe(false)
        expect(await launcher.look(ref)).toMatchObject({ seen: 'running' })
      })

      it('a start that comes too late is refused, and nothing ran', async () => {
        const ref = await start(orderOf('touch ran', { startWithinMs: 0 }))
        const seen = await sighting(launcher, ref, (s) => s.seen === 'refused')
        expect(seen).toMatchObject({ reason: expect.stringContaining('too late') })
        expect(existsSync(join(dir, 'ran'))).toBe(false)
        expect(await launcher.living(ref)).toEqual([])
      })

      it('two starts of one attempt run one program', async () => {
        const order = orderOf('echo $$ >>ran; while [ ! -e go ]; do sleep 0.01; done; exit 3')
        const [first, second] = await Promise.all([start(order), start(order)])
        await waitForFile('ran')
        await until(async () => {
          const wrappers = [first, second].filter((ref) => isAlive(ref.launch?.pid ?? 0))
          return wrappers.length === 1 ? true : null
        }, 'one wrapper is left')
        writeFileSync(join(dir, 'go'), '')
        expect((await exitOf(launcher, first)).exitCode).toBe(3)
        expect((await exitOf(launcher, second)).exitCode).toBe(3)
        expect(file('ran').trim().split('\n')).toHaveLength(1)
      })

      it('a start under another nonce finds the ticket taken', async () => {
        const order = orderOf('touch ran; sleep 60')
        const ref = await start(order)
        await waitForFile('ran')
        const other = { attemptId: ref.attemptId, nonce: 'other', launch: null }
        expect(await launcher.look(other)).toMatchObject({ seen: 'refused' })
        expect(await launcher.living(other)).toEqual([])
        expect(await launcher.look(ref)).toMatchObject({ seen: 'running' })
      })
    })

    describe('adoption', () => {
      it('a running session is adopted by a launcher that did not start it', async () => {
        const ref = await start(
          orderOf('touch ran; while [ ! -e go ]; do sleep 0.01; done; exit 5'),
        )
        await waitForFile('ran')
        launcher.forget(ref)
        launcher = tested.open(dir)
        const stored = { ...ref, launch: ref.launch && { ...ref.launch } }
        const seen = await sighting(launcher, stored, (s) => s.seen === 'running' && s.executed)
        expect(seen).toMatchObject({ proof: ref.launch })
        writeFileSync(join(dir, 'go'), '')
        expect((await exitOf(launcher, stored)).exitCode).toBe(5)
      })

      it('a running session whose launch was never stored is found by its ticket', async () => {
        const ref = await start(orderOf('touch ran; sleep 60'))
        await waitForFile('ran')
        launcher = tested.open(dir)
        const seen = await launcher.look({ ...ref, launch: null })
        expect(seen).toMatchObject({ seen: 'running', proof: ref.launch })
        const emptied = await launcher.empty({ ...ref, launch: null }, 2_000)
        expect(emptied.survivors).toEqual([])
        expect(await launcher.look({ ...ref, launch: null })).toMatchObject({
          seen: 'exited',
          exit: { signal: 'SIGTERM' },
        })
      })

      it('a session that ended meanwhile is read', async () => {
        const { ref } = await run('echo done; exit 4')
        launcher = tested.open(dir)
        const stored = { ...ref, launch: null }
        expect(await launcher.look(stored)).toMatchObject({ seen: 'exited', exit: { exitCode: 4 } })
        expect(await text(stored)).toBe('done\n')
        expect(await launcher.living(stored)).toEqual([])
      })

      it('a session of an earlier boot has vanished, even when its ticket was lost', async () => {
        const ref = await start(orderOf('sleep 60'))
        await sighting(launcher, ref, (s) => s.seen === 'running')
        await launcher.empty(ref, 0)
        const proof = { launcher: launcher.name, pid: 1, startTicks: '1', bootId: 'earlier' }
        const lost = { attemptId: 77, nonce: 'lost', launch: proof }
        expect(await launcher.look(lost)).toEqual({ seen: 'vanished', proof })
        expect(await launcher.living(lost)).toEqual([])
      })
    })

    describe('emptying', () => {
      it('a tree deaf to SIGTERM, with grandchildren in sessions of their own, is emptied by SIGKILL', async () => {
        const script = `trap '' TERM; (setsid sh -c "trap '' TERM; touch deep; while :; do sleep 1; done" &) ;
          sh -c "trap '' TERM; while :; do sleep 1; done" & touch ran; while :; do sleep 1; done`
        const ref = await start(orderOf(script))
        await waitForFile('deep')
        await waitForFile('ran')
        expect((await launcher.living(ref)).length).toBeGreaterThanOrEqual(3)
        const emptied = await launcher.empty(ref, 300)
        expect(emptied).toEqual({ signals: ['SIGTERM', 'SIGKILL'], survivors: [] })
        expect(await launcher.living(ref)).toEqual([])
        const seen = await launcher.look(ref)
        expect(seen).toMatchObject({ seen: 'exited', exit: { exitCode: null, signal: 'SIGKILL' } })
      })

      it('a session that obeys SIGTERM is asked only, and its own exit is recorded', async () => {
        const ref = await start(
          orderOf(`trap 'exit 143' TERM; touch ran; while :; do sleep 0.05; done`),
        )
        await waitForFile('ran')
        expect(await launcher.empty(ref, 5_000)).toEqual({ signals: ['SIGTERM'], survivors: [] })
        const seen = await launcher.look(ref)
        expect(seen).toMatchObject({ seen: 'exited', exit: { exitCode: 143, signal: null } })
      })

      it('what a session left behind after a normal exit lives, and is emptied', async () => {
        const { ref, exit } = await run('setsid sleep 60 & exit 0')
        expect(exit.exitCode).toBe(0)
        expect(await launcher.living(ref)).toHaveLength(1)
        expect((await launcher.empty(ref, 2_000)).survivors).toEqual([])
        expect(await launcher.living(ref)).toEqual([])
      })

      it('a session that forks without end is emptied', async () => {
        const forker = `f() { : >>forked; (f &) ; exit; }; f`
        const ref = await start(orderOf(`trap '' TERM; ${forker}`))
        await waitForFile('forked')
        const emptied = await launcher.empty(ref, 50)
        expect(emptied.survivors).toEqual([])
        rmSync(join(dir, 'forked'))
        await run('exit 0')
        expect(existsSync(join(dir, 'forked'))).toBe(false)
      })

      it.skipIf(tested.whyNoContainment !== null)(
        `a daemon that scrubbed its environment and left its session is caught${skipped(tested)}`,
        async () => {
          const script = `env -i /usr/bin/setsid sh -c 'echo $$ >daemon; exec sleep 60' & wait $!`
          const { ref } = await run(`(${script} &) ; while [ ! -s daemon ]; do sleep 0.01; done`)
          const pid = Number(file('daemon'))
          expect(await launcher.living(ref)).toEqual([pid])
          expect((await launcher.empty(ref, 2_000)).survivors).toEqual([])
          expect(isAlive(pid)).toBe(false)
        },
      )

      it('two sessions do not see each other', async () => {
        const first = await start(orderOf('touch one; sleep 60'))
        const second = await start(orderOf('touch two; sleep 60'))
        await waitForFile('one')
        await waitForFile('two')
        const ofFirst = await launcher.living(first)
        const ofSecond = await launcher.living(second)
        expect(ofFirst.filter((pid) => ofSecond.includes(pid))).toEqual([])
        await launcher.empty(first, 2_000)
        expect(await launcher.living(second)).toEqual(ofSecond)
        expect(await launcher.look(second)).toMatchObject({ seen: 'running', executed: true })
      })
    })

    describe('changes', () => {
      it('an exit wakes who waits for it at once', async () => {
        const ref = await start(orderOf('touch ran; while [ ! -e go ]; do sleep 0.01; done'))
        await waitForFile('ran')
        await sighting(launcher, ref, (s) => s.seen === 'running' && s.executed)
        const exited = exitOf(launcher, ref)
        writeFileSync(join(dir, 'go'), '')
        await expect(exited).resolves.toMatchObject({ exitCode: 0 })
      })

      it('waiting ends on abort and at its limit', async () => {
        const ref = await start(orderOf('sleep 60'))
        await sighting(launcher, ref, (s) => s.seen === 'running' && s.executed)
        const abort = new AbortController()
        const waiting = launcher.changed(ref, 60_000, abort.signal)
        abort.abort()
        await waiting
        await launcher.changed(ref, 5, new AbortController().signal)
        expect(await launcher.look(ref)).toMatchObject({ seen: 'running' })
      })
    })
  })
}

/** The folder that holds the attempts' folders. */
export const attemptsFolder = (dir: string): string => join(dir, 'attempts')

const skipped = (tested: LauncherUnderTest) =>
  tested.whyNoContainment === null ? '' : ` (skipped: ${tested.whyNoContainment})`

async function truncateOutput(dir: string, ref: SessionRef): Promise<void> {
  writeFileSync(join(attemptsFolder(dir), String(ref.attemptId), 'out'), '')
}

/** Waits until `probe` gives a value. */
export async function until<T>(probe: () => Promise<T | null>, what: string): Promise<T> {
  const deadline = systemClock.monotonicMs() + deadlineMs
  for (;;) {
    const value = await probe()
    if (value !== null) return value
    if (systemClock.monotonicMs() > deadline) throw new Error(`in vain waited until ${what}`)
    await systemClock.sleep(10)
  }
}

/** Looks, waits for changes and looks again, as the rooms do, until a sighting fits. */
export async function sighting(
  launcher: Launcher,
  ref: SessionRef,
  fits: (seen: Sighting) => boolean,
): Promise<Sighting> {
  const signal = AbortSignal.timeout(deadlineMs)
  for (;;) {
    const seen = await launcher.look(ref)
    if (fits(seen)) return seen
    if (signal.aborted) throw new Error(`in vain waited; last seen: ${JSON.stringify(seen)}`)
    await launcher.changed(ref, deadlineMs, signal)
  }
}

/** The recorded exit, once it is there. */
export async function exitOf(launcher: Launcher, ref: SessionRef): Promise<SessionExit> {
  const over = ['exited', 'refused', 'vanished']
  const seen = await sighting(launcher, ref, (s) => over.includes(s.seen))
  if (seen.seen !== 'exited') throw new Error(`it did not exit: ${JSON.stringify(seen)}`)
  return seen.exit
}

/** Whether a pid is borne by something that is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
