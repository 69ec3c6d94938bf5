// For every incident of the immunity list a guard that keeps it from coming back, taken out, and the scenario that then fails.
// A row that names another mutation takes out the same guard; what it must be caught by is its own.

import { present } from '../../src/base/assert.ts'
import { gateIncidents } from './incidents-of-gates.ts'
import { lifeIncidents } from './incidents-of-life.ts'
import { lineIncidents } from './incidents-of-lines.ts'
import { sightIncidents } from './incidents-of-sight.ts'
import type { Edit, Guarded, Mutation } from './mutation.ts'

const rows: readonly Guarded[] = [
  ...lineIncidents,
  ...lifeIncidents,
  ...gateIncidents,
  ...sightIncidents,
]

/** The mutations of all rows; `known` are those that rows may name. */
export const incidentMutations = (known: readonly Mutation[]): readonly Mutation[] =>
  rows.map(({ incident, without, scenario, title }) => {
    const { guard, edits } =
      typeof without === 'string' ? { guard: without, edits: editsOf(known, without) } : without
    return {
      name: `incident ${incident}: ${guard}`,
      incident,
      edits,
      caughtBy: { test: `test/${scenario}.test.ts`, title },
    }
  })

const editsOf = (known: readonly Mutation[], name: string): readonly Edit[] =>
  present(
    known.find((one) => one.name === name),
    `there is a mutation “${name}”`,
  ).edits
