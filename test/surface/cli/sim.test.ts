// `midwatch sim` from the built program alone: a month of a configuration, played without touching anything real.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { chartOf } from '../../../src/surface/cli/sim/chart.ts'
import { Binary } from './binary.ts'

const yaml = `name: played
slots: 4
agents:
  shell:
    adapter: command
    slots: 2
  coder:
    adapter: codex
    slots: 2
    env:
      OPENAI_API_KEY: "\${NOBODY_HAS_SET_THIS}"
`

/** Every section that shapes the work of a month; windows and schedules without labels or zones of the world's own. */
const furnished = `name: furnished
slots: 4
windows:
  night: { clock: ["22:00-06:00"], maxWait: 6h }
schedules:
  nightly: { cron: "30 3 * * *", timezone: Europe/Berlin, run: ./nightly.sh, verify: make test, jitter: 1h }
  week.report: { cron: "0 */6 * * *", prompt: write it, review: true, hosts: [big] }
  nobody: { cron: "0 */8 * * *", prompt: paint it, role: painter }
sensors:
  wants: { folder: ./wants }
budget: { fleet: { day: 5 }, task: 1 }
agents:
  shell: { adapter: command }
  coder: { adapter: codex, slots: 2, onlyHosts: [big] }
  judge: { adapter: claude, roles: [reviewer] }
`
/** Its money is soon spent, and nothing comes of the rest until the next month. */
const poor = `name: poor
limits: { lease: 15m }
budget: { fleet: { month: 0.01 } }
agents:
  coder: { adapter: claude, slots: 2 }
`

let binary: Binary
let dir = ''
beforeAll(async () => {
  binary = await Binary.build()
  dir = mkdtempSync(join(tmpdir(), 'midwatch-sim-'))
  writeFileSync(join(dir, 'mine.yaml'), yaml)
  writeFileSync(join(dir, 'furnished.yaml'), furnished)
  writeFileSync(join(dir, 'poor.yaml'), poor)
})
afterAll(async () => {
  await binary.end()
  rmSync(dir, { recursive: true, force: true })
})

const short = ['sim', '--config', 'mine.yaml', '--days', '1', '--tasks', '12']
const run = (...args: string[]) => binary.run(args, { cwd: dir })

let played: ReturnType<typeof run> | null = null
/** The first of them, once for all who look at it. */
const firstPlayed = () => (played ??= run(...short, '--json'))

test('a configuration is played: survived, with its numbers', async () => {
  const first = await firstPlayed()
  expect(first).toMatchObject({ code: 0, err: '' })
  const report = JSON.parse(first.out)
  expect(report).toMatchObject({
    survived: true,
    days: 1,
    hosts: 1,
    agents: 2,
    // The twelve, and one that lands a convoy of some.
    tasks: { wanted: 13, left: 0 },
    broken: [],
    played: [expect.stringContaining('codex'), expect.stringContaining('every 20s')],
  })
  const { done, failed, cancelled } = report.tasks
  expect(done + failed + cancelled).toBe(13)
  expect(report.daily.map(({ day }: { day: number }) => day)).toContain(1)
  expect(readdirSync(dir)).toEqual(['furnished.yaml', 'mine.yaml', 'poor.yaml'])
}, 60_000)

test('the same seed is the same world again', async () => {
  const [first, again] = [await firstPlayed(), await run(...short, '--json')]
  expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out))
}, 60_000)

test('another seed is another world', async () => {
  const [first, other] = [await firstPlayed(), await run(...short, '--seed', '2', '--json')]
  expect(JSON.parse(other.out).trace).not.toBe(JSON.parse(first.out).trace)
}, 60_000)

test('schedules, windows, sensors and budgets are played, and it says what differs', async () => {
  const { code, out } = await run(...short, '--config', 'furnished.yaml', '--json')
  const report = JSON.parse(out)
  expect(report.broken).toEqual([])
  expect({ code, left: report.tasks.left }).toEqual({ code: 0, left: 0 })
  // Besides the twelve: some by the clock, for some of which there is no painter.
  expect(report.tasks.wanted).toBeGreaterThan(13)
  for (const said of ['bound to hosts', 'UTC', 'Sensors', 'about a cent'])
    expect(report.played.join(' ')).toContain(said)
}, 60_000)

test('what no money is left for is left, and no promise is broken', async () => {
  const { code, out } = await run(...short, '--config', 'poor.yaml', '--faults', 'none', '--json')
  const report = JSON.parse(out)
  expect(code).toBe(1)
  expect(report).toMatchObject({ survived: false, broken: [] })
  expect(report.tasks.left).toBeGreaterThan(0)
  expect(report.costUsd).toBeLessThan(0.05)
  expect(report.played.at(-1)).toMatch(/^What is left waits for money: \$0\.\d+ of \$0\.01 a month/)
}, 60_000)

test('for people it fits eighty columns and ends with how to see it again', async () => {
  const { code, out } = await run(...short)
  expect(code).toBe(0)
  expect(out).toMatch(/^1 day, 1 host, 2 agents, faults light, seed 1: survived\n/)
  expect(out).toMatch(/The same again: --seed 1; trace [0-9a-f]{32}\n$/)
  for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
}, 60_000)

test.each([
  [2, '--faults', 'heavyy'],
  [2, '--days', '0'],
  [2, '--days', '9999'],
  [3, '--config', 'nowhere.yaml'],
])('exit %i for %s %s, with a remedy', async (code, ...args) => {
  const ended = await run(...short, ...args)
  expect(ended.code).toBe(code)
  expect(ended.err).toContain('→')
  expect(ended.out).toBe('')
})

test('a long time has at most as many rows as a month, and the longest bar is the best day', () => {
  const days = Array.from({ length: 90 }, (_, i) => ({
    day: i + 1,
    done: i,
    failed: 1,
    attempts: 2,
    costUsd: 0.5,
    faults: 0,
  }))
  const rows = chartOf(days, 10)
  expect(rows).toHaveLength(30)
  expect(rows[0]).toMatchObject({
    label: 'days 1–3',
    done: 3,
    failed: 3,
    attempts: 6,
    costUsd: 1.5,
  })
  expect(rows.at(-1)?.bar).toBe('█'.repeat(10))
  expect(chartOf([], 10)).toEqual([])
})
