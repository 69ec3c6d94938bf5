// The laws of the house (docs/ARCHITECTURE.md), checked with no plugin. Each law is a pure function over texts: it is first
// seen to find what is planted and to spare what is sound, then it judges the house.

import { describe, expect, test } from 'vitest'

import { version } from '../src/base/version.ts'
import { type Gate, gateRelease, type GateStateName, gateStates } from '../src/model/gate.ts'
import { migrations } from '../src/drivers/store/migrations/list.ts'
import { type HoldKind, holdKinds, type Release, releaseSentence } from '../src/model/hold.ts'
import { handedIn } from './tidy/calls.ts'
import { arrowsDrawn, arrowsOfModel, guardedArrows, guardsByDialect } from './tidy/diagrams.ts'
import { houseOf, type Law, readHouse, tell } from './tidy/house.ts'
import { invariantsComplete } from './tidy/invariants.ts'
import { importTable } from './tidy/layers.ts'
import { packagesReasoned } from './tidy/packages.ts'
import { liveLinks, liveReferences, oneTitle } from './tidy/pages.ts'
import { classesTold, incidentsTold, releasesTold } from './tidy/promises.ts'
import { namedExports, noCircles, nothingForgotten } from './tidy/reach.ts'
import { everyRoomIsTold } from './tidy/rooms.ts'
import { firstComment, shortFiles, shortFunctions } from './tidy/shape.ts'
import { statesFenced, statesInVerbs, timeIsHandedIn } from './tidy/states.ts'
import { ownWords, speaksOfItself } from './tidy/words.ts'

const laws: readonly Law[] = [
  importTable,
  noCircles,
  nothingForgotten,
  namedExports,
  handedIn,
  shortFiles,
  shortFunctions,
  firstComment,
  statesInVerbs,
  statesFenced,
  timeIsHandedIn,
  ownWords,
  speaksOfItself,
  oneTitle,
  liveLinks,
  liveReferences,
  everyRoomIsTold,
  arrowsDrawn,
  classesTold,
  incidentsTold,
  releasesTold,
  invariantsComplete,
  packagesReasoned,
]

const house = readHouse(`${import.meta.dirname}/..`)

describe.each(laws)('$name', (law) => {
  test.each(law.broken)('what breaks it is found: $at', ({ files, at }) => {
    const found = law.find(houseOf(files))
    expect(found.map(({ path, line }) => `${path}:${line}`).sort()).toEqual([...at].sort())
  })

  test('what keeps it is spared', () => {
    expect(law.find(houseOf(law.kept))).toEqual([])
  })

  test('the house keeps it', () => {
    const found = law.find(house)
    if (found.length > 0) expect.fail(tell(law, found))
  })
})

test('the house that is judged is the whole one', () => {
  for (const path of ['src/app.ts', 'test/tidy.test.ts', 'README.md', 'package.json', '.ci/run'])
    expect(house.has(path), path).toBe(true)
  expect(house.sources('src').length).toBeGreaterThan(100)
  expect(Object.keys(house.files).filter((path) => path.startsWith('node_modules/'))).toEqual([])
})

test.each(Object.entries(guardsByDialect))(
  'the guards of %s let pass the arrows of the model and no other',
  (_dialect, statements) => {
    expect(guardedArrows(statements)).toEqual(arrowsOfModel)
    const loosened = statements.map((one) =>
      one.replace("'held>ready'", "'held>ready','settled>ready'"),
    )
    expect(guardedArrows(loosened)).not.toEqual(arrowsOfModel)
  },
)

test('every hold is born with a release that a person can read', () => {
  const holds: Record<HoldKind, Release> = {
    time: { kind: 'time', until: 1, why: 'backoff' },
    after: { kind: 'after', taskId: 7, any: false, needsPerson: false },
    review: { kind: 'review', reviewTask: 7 },
    check: {
      kind: 'check',
      probe: { look: 'file', path: '/tmp/flag' },
      everyMs: 1,
      timeoutMs: 1,
    },
    person: { kind: 'person', question: 'shall it?', told: 'ada' },
    lock: { kind: 'lock', name: 'db' },
    work: { kind: 'work', key: 'report' },
  }
  expect(Object.keys(holds).sort()).toEqual([...holdKinds].sort())
  const told = Object.values(holds).map((release) => releaseSentence(release, () => 'NOON'))
  expect(told).toEqual([
    expect.stringContaining('NOON'),
    expect.stringContaining('task 7'),
    expect.stringContaining('review 7'),
    expect.stringContaining('/tmp/flag'),
    expect.stringContaining('shall it?'),
    expect.stringContaining('lock db'),
    expect.stringContaining('work key report'),
  ])
})

test('every gate that does not pass names what reopens it', () => {
  const gates: Record<GateStateName, Gate> = {
    passing: { lane: 'fleet', state: 'passing' },
    probing: { lane: 'fleet', state: 'probing', since: 1, canary: null, reason: 'r' },
    shut: { lane: 'fleet', state: 'shut', since: 1, until: 2, reason: 'r' },
    pinned: { lane: 'fleet', state: 'pinned', since: 1, until: null, by: 'ada', reason: 'r' },
  }
  expect(Object.keys(gates).sort()).toEqual([...gateStates].sort())
  const told = Object.values(gates).map((gate) => gateRelease(gate, () => 'NOON'))
  expect(told[1]).toContain('canary')
  expect(told[2]).toContain('NOON')
  expect(told[3]).toContain('midwatch gate reset fleet')
})

test('the version in the code is the version of the package', () => {
  const { version: told } = JSON.parse(house.files['package.json'] ?? '{}') as { version: string }
  expect(version).toBe(told)
})

test('every migration has the next number, in its id and in the name of its file', () => {
  const { files } = house
  const numbered = Object.keys(files).flatMap((path) => {
    const number = /^src\/drivers\/store\/migrations\/(\d{4})-/.exec(path)?.[1]
    return number === undefined ? [] : [[Number(number), path] as const]
  })
  expect(numbered.map(([number]) => number).sort((a, b) => a - b)).toEqual(
    migrations.map((_, i) => i + 1),
  )
  expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, i) => i + 1))
})
