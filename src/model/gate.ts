// A gate: whether a lane may send. `passing` counts, everything else waits, and every other state names its way back.

export const gateStates = ['passing', 'probing', 'shut', 'pinned'] as const
export type GateStateName = (typeof gateStates)[number]

export type GateState =
  | {
      readonly state: 'passing'
      /**
       * After a return: how many attempts that have not yet given evidence may be under way at once. Absent: any
       * number.
       */
      readonly ramp?: number
    }
  | {
      readonly state: 'probing'
      readonly since: number
      readonly canary: number | null
      readonly reason: string
    }
  | {
      readonly state: 'shut'
      readonly since: number
      readonly until: number
      readonly reason: string
    }
  | {
      readonly state: 'pinned'
      readonly since: number
      /** Null: until the person undoes it. */
      readonly until: number | null
      readonly by: string
      readonly reason: string
    }

export type Gate = GateState & { readonly lane: string }

export const fleetLane = 'fleet'
export const hostLane = (host: string): string => `host:${host}`
export const agentLane = (agent: string): string => `agent:${agent}`
export const providerLane = (provider: string): string => `provider:${provider}`
export const cliLane = (cli: string): string => `cli:${cli}`

/** Who shuts and pins by itself. Whatever a person pinned, only that person's word or its time reopens. */
export const houseName = 'midwatch'

/** What reopens a gate, as one sentence with the command where a person is needed. */
export function gateRelease(gate: Gate, at: (ms: number) => string): string {
  const reset = `\`midwatch gate reset ${gate.lane}\``
  switch (gate.state) {
    case 'passing':
      return gate.ramp === undefined
        ? 'nothing to release'
        : `let in ${gate.ramp} at a time, more with each that gives evidence`
    case 'probing':
      return gate.canary === null
        ? 'the next attempt goes alone as its canary and ends with evidence'
        : `attempt ${gate.canary}, its canary, gives evidence`
    case 'shut':
      return `probed at ${at(gate.until)}, or ${reset}`
    case 'pinned':
      if (gate.until !== null) return `at ${at(gate.until)}, or ${reset}`
      return gate.by === houseName ? `a person mends it: ${reset}` : `${gate.by}: ${reset}`
  }
}
