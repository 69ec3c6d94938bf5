// Every incident of the immunity list has a scenario, or is owed by an issue whose rooms do not stand yet. When they do, and
// the scenario is not there, this fails. A scenario names its incidents in its first lines ("Incidents 2, 3 and S4") or in
// its title ("(incident 36)"), so that the list finds it wherever it lives. Each has a mutation that takes its guard out, and is
// caught by that scenario.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { mutations } from '../../sim/mutants/list.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What stands once an issue's rooms do: the last thing it brings. One of the paths is enough. */
const rooms: Readonly<Record<number, readonly string[]>> = {
  3: ['sim/mutants'],
  4: ['src/model/account.ts'],
  5: ['src/lifecycle/intake/calm.ts', 'src/lifecycle/calm', 'src/model/calm.ts'],
  6: ['src/surface/cli/commands/convoy.ts'],
  7: ['src/surface/cli/commands/import.ts'],
  8: ['src/loops/sensors'],
  9: ['src/surface/http'],
  10: ['src/drivers/launchers/systemd', 'src/drivers/launchers/systemd.ts'],
}

const to = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => String(first + i))

/** Who owes what. An incident that several owe is due when the rooms of all of them stand. */
const owed: Readonly<Record<number, readonly string[]>> = {
  3: [...to(1, 3), '16', '18', '19', ...to(23, 25), '29', ...to(58, 60), '63', '64', 'S4'],
  4: ['S1', 'S3', ...to(30, 45)],
  5: ['S0', ...to(4, 15), '53', '54'],
  6: ['S2', ...to(7, 13), ...to(16, 29), '62', '63'],
  7: ['S4', '8', '47', '48', '55', '56'],
  8: [...to(46, 52), '57'],
  9: ['65'],
  10: ['61'],
}

const incidents = [...to(0, 4).map((n) => `S${n}`), ...to(1, 65)]
const owersOf = (incident: string): number[] =>
  Object.keys(owed)
    .map(Number)
    .filter((issue) => owed[issue]?.includes(incident))
const stands = (issue: number): boolean =>
  (rooms[issue] ?? []).some((path) => existsSync(join(root, path)))

/** The incidents that a test file says it plays. */
function toldIn(text: string): string[] {
  const found = [...text.matchAll(/\bincidents? ((?:S?\d+)(?:(?:, | and )S?\d+)*)/gi)]
  const seed = /^\/\/ (S\d):/.exec(text)?.[1]
  return [
    ...found.flatMap(([, list = '']) => list.match(/S?\d+/g) ?? []),
    ...(seed === undefined ? [] : [seed]),
  ]
}

const played = new Set(
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('owed.test.ts'))
    .flatMap((path) => toldIn(readFileSync(join(root, 'test', path), 'utf8'))),
)

test('a scenario tells its incidents in its first lines or its title', () => {
  expect(toldIn('// Incidents 18, 19 and S2: leases')).toEqual(['18', '19', 'S2'])
  expect(toldIn("test('it comes back (incident 36)', () => {")).toEqual(['36'])
  expect(toldIn('// S0: a launcher was called')).toEqual(['S0'])
  expect(toldIn('// three incidents within a minute')).toEqual([])
})

test('every incident is owed by an issue, and no other is', () => {
  expect(incidents.filter((incident) => owersOf(incident).length === 0)).toEqual([])
  expect(
    Object.values(owed)
      .flat()
      .filter((one) => !incidents.includes(one)),
  ).toEqual([])
})

test.each(incidents)(
  'incident %s has its scenario, or the rooms that owe it do not stand',
  (one) => {
    const owers = owersOf(one)
    const isDue = owers.every(stands) || (owers.includes(3) && stands(3))
    if (isDue)
      expect(played, `incident ${one} is owed by issue ${owers.join(' and ')}`).toContain(one)
  },
)

test.each(incidents)('incident %s has a guard, and its scenario is what misses it', (one) => {
  const guards = mutations.filter(({ incident }) => incident === one)
  expect(guards.length).toBeGreaterThan(0)
  for (const { caughtBy } of guards) {
    if (!('test' in caughtBy)) throw new Error('an incident is missed by a scenario')
    expect(toldIn(readFileSync(join(root, caughtBy.test), 'utf8'))).toContain(one)
  }
})

const list = join(root, '..', 'shared', 'design', 'INCIDENTS.md')
test.skipIf(!existsSync(list))('the list of incidents is the one that was handed down', () => {
  const text = readFileSync(list, 'utf8')
  const numbered = [...text.matchAll(/(?:— |· )(\d{1,2}) /g)].map(([, n]) => n ?? '')
  const seeds = [...text.matchAll(/^### (S\d) /gm)].map(([, name]) => name ?? '')
  expect(seeds).toEqual(incidents.filter((one) => one.startsWith('S')))
  expect([...new Set(numbered)].sort()).toEqual(
    incidents.filter((one) => !one.startsWith('S')).sort(),
  )
})
