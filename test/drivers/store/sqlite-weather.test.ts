// Bad weather for SQLite: full disks, folders that can't be written, broken files, busy neighbours, sudden death. Each
// gets a sentence with its remedy, and what was acknowledged is never lost.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

import { type Clock, systemClock } from '../../../src/base/clock.ts'
import { OperatingError } from '../../../src/base/errors.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { explain } from '../../../src/drivers/store/sqlite/errors.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { longestBlock } from '../../support/longest-block.ts'
import { enqueue } from './conformance/wants.ts'
import { openAt } from './processes/address.ts'
import { acknowledged, tasksIn } from './processes/written.ts'
import { start } from './processes/run.ts'

const scratch = mkdtempSync(join(tmpdir(), 'midwatch-weather-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
let count = 0
const newPath = () => join(mkdtempSync(join(scratch, `${++count}-`)), 'fleet.db')

/** Mounts of one's own: as root, or as a user whom the kernel lets be root in a namespace. */
const namespace = [
  ['unshare', '-m'],
  ['unshare', '-mr'],
].find(
  ([program = '', ...args]) =>
    spawnSync(program, [...args, 'mount', '-t', 'tmpfs', 'tmpfs', scratch]).status === 0,
)

async function refusal(act: () => unknown): Promise<OperatingError> {
  try {
    await act()
  } catch (error) {
    if (error instanceof OperatingError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe.skipIf(namespace === undefined)(
  'a full disk (needs a mount namespace of one’s own)',
  () => {
    it('is told with a sentence, loses nothing that was acknowledged, and ends when there is space again', async () => {
      const folder = mkdtempSync(join(scratch, 'full-'))
      const script = `mount -t tmpfs -o size=3m tmpfs ${folder} && head -c 1000000 /dev/zero > ${folder}/ballast && exec "$@"`
      const writer = start(
        'write.ts',
        [join(folder, 'fleet.db'), 'full', '20000'],
        [...(namespace ?? []), 'sh', '-c', script, 'sh'],
      )
      const told = await writer.line(/^error/)
      expect(told).toMatch(/^error store\.disk_full the disk of .*fleet\.db is full/)
      const before = acknowledged(writer.lines)
      expect(before.length).toBeGreaterThan(10)
      // The mount is seen through the process that lives in it.
      const inside = `/proc/${writer.child.pid}/root${folder}`
      expect(tasksIn(copied(join(inside, 'fleet.db')))).toEqual(before)
      rmSync(join(inside, 'ballast'))
      writer.child.stdin?.write('go on\n')
      await writer.line(new RegExp(`^ok ${(before.at(-1) ?? 0) + 1}$`))
      writer.child.kill('SIGKILL')
      await writer.ended
    })
  },
)

describe('a failed write', () => {
  it.each([
    [0, 'store.disk_full'],
    [10e9, 'store.io'],
    [null, 'store.io'],
  ])('with %s bytes free is told as %s', (free, code) => {
    const error = Object.assign(new Error('disk I/O error'), { errcode: 10 })
    expect(explain(error, '/fleet/fleet.db', () => free)).toMatchObject({ code })
  })
})

describe('a place that cannot be written', () => {
  it('is told when the folder is not there', async () => {
    const error = await refusal(() => openAt(join(scratch, 'nowhere', 'fleet.db')))
    expect([error.code, error.message]).toEqual([
      'store.cannot_open',
      expect.stringContaining('nowhere/fleet.db cannot be opened'),
    ])
    expect(existsSync(join(scratch, 'nowhere'))).toBe(false)
  })

  it('is told when the path is a folder', async () => {
    expect((await refusal(() => openAt(scratch))).code).toBe('store.cannot_open')
  })

  it('is told when file and folder may only be read, and nothing changes', async (context) => {
    const other = unprivileged()
    if (other === null)
      return context.skip(
        'as root, and without setpriv and a user `nobody`, everything can be written',
      )
    const path = newPath()
    await (await openAt(path)).close()
    const folder = join(path, '..')
    chmodSync(scratch, 0o755)
    chmodSync(folder, 0o555)
    chmodSync(path, 0o444)
    const before = statSync(path)
    const { lines, errors } = await writtenBy(path, other)
    chmodSync(folder, 0o755)
    expect([lines.at(-1), errors]).toEqual([
      expect.stringMatching(
        /^error store\.(read_only|cannot_open) the database .*fleet\.db cannot be (written|opened)/,
      ),
      '',
    ])
    expect(acknowledged(lines)).toEqual([])
    expect([statSync(path).mtimeMs, readdirSync(folder)]).toEqual([
      before.mtimeMs,
      ['fleet.db', 'wake'].filter((name) => existsSync(join(folder, name))),
    ])
  })

  it('is told when only the file may not be written', async (context) => {
    const other = unprivileged()
    if (other === null)
      return context.skip(
        'as root, and without setpriv and a user `nobody`, everything can be written',
      )
    const path = newPath()
    await (await openAt(path)).close()
    chmodSync(scratch, 0o755)
    chmodSync(join(path, '..'), 0o777)
    chmodSync(path, 0o444)
    const { lines } = await writtenBy(path, other)
    expect([lines.at(-1), acknowledged(lines)]).toEqual([
      expect.stringMatching(/^error store\.read_only the database .*fleet\.db cannot be written/),
      [],
    ])
  })
})

describe('a broken file', () => {
  it('is told when it is no database at all, and is left as it is', async () => {
    const path = newPath()
    writeFileSync(path, 'these are not the tables you are looking for'.repeat(100))
    const error = await refusal(() => openAt(path))
    expect([error.code, error.remedy]).toEqual([
      'store.corrupt',
      expect.stringContaining('restore a backup'),
    ])
    expect(statSync(path).size).toBe(4_400)
  })

  it('is told when pages of it were overwritten', async () => {
    const path = newPath()
    const store = await openAt(path)
    for (let i = 0; i < 50; i += 1) await enqueue(store, { title: 'x'.repeat(500) })
    await store.close()
    const file = openSync(path, 'r+')
    for (let page = 1; page < statSync(path).size / 4_096; page += 1)
      writeSync(file, Buffer.alloc(4_000, 0xa5), 0, 4_000, page * 4_096)
    closeSync(file)
    const error = await refusal(async () => {
      const broken = await openAt(path)
      try {
        await broken.tasks({ limit: 100 })
        await enqueue(broken)
      } finally {
        await broken.close()
      }
    })
    expect(error.code).toBe('store.corrupt')
  })
})

describe('a busy neighbour', () => {
  it('is waited for without blocking this process', async () => {
    const path = newPath()
    const store = await openAt(path)
    // On a loaded machine the scheduler itself may take longer than we allow; one clean round is the proof.
    let best = Number.POSITIVE_INFINITY
    const deadline = performance.now() + 20_000
    for (let round = 0; best > 50 && performance.now() < deadline; round += 1) {
      const neighbour = start('hold-lock.ts', [path])
      await neighbour.line(/locked/)
      const looked = longestBlock()
      let answered = false
      const asked = enqueue(store).then(() => {
        answered = true
      })
      await systemClock.sleep(400)
      expect([answered, (await store.counts()).ready]).toEqual([false, round])
      best = Math.min(best, looked.stop())
      neighbour.child.stdin?.end()
      await asked
      await neighbour.ended
    }
    expect(best).toBeLessThanOrEqual(50)
    await store.close()
  })

  it('who never lets go is told in the end, and nothing was written', async () => {
    const path = newPath()
    const hasty: Clock = {
      ...systemClock,
      monotonicMs: () => systemClock.monotonicMs() * 100,
      sleep: () => systemClock.sleep(1),
    }
    const store = openSqlite({ path, clock: hasty, random: systemRandom })
    const neighbour = start('hold-lock.ts', [path])
    await neighbour.line(/locked/)
    const errors = await Promise.all([refusal(() => enqueue(store)), refusal(() => enqueue(store))])
    expect(errors.map((error) => [error.code, error.exit])).toEqual([
      ['store.busy', 'tryAgain'],
      ['store.busy', 'tryAgain'],
    ])
    neighbour.child.stdin?.end()
    await neighbour.ended
    expect((await enqueue(store)).id).toBe(1)
    expect((await store.counts()).ready).toBe(1)
    await store.close()
  })
})

/** What a writer was told that gives up at its first error. */
function writtenBy(path: string, wrap: readonly string[]) {
  const writer = start('write.ts', [path], wrap)
  writer.child.stdin?.end()
  return writer.ended
}

/** A copy of a database with its log, at a place with space. */
function copied(path: string): string {
  const to = newPath()
  for (const part of ['', '-wal']) if (existsSync(path + part)) copyFileSync(path + part, to + part)
  return to
}

/** What makes a command run as somebody whom file modes concern; null where nothing does. */
function unprivileged(): string[] | null {
  if (process.getuid?.() !== 0) return []
  const setpriv = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  const works =
    spawnSync(setpriv[0] ?? '', [...setpriv.slice(1), process.execPath, '--version']).status === 0
  return works && readableByAll(import.meta.dirname) ? setpriv : null
}

function readableByAll(path: string): boolean {
  try {
    execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'ls', path], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
