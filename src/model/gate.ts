// A gate: whether a lane may send. `passing` counts, everything else waits, and every other state names its way back.

export const gateStates = ['passing', 'probing', 'shut', 'pinned'] as const
export type GateStateName = (typeof gateStates)[number]

export type GateState =
  | { readonly state: 'passing' }
  | { readonly state: 'probing'; readonly since: number; readonly canary: number | null; readonly reason: string }
  | { readonly state: 'shut'; readonly since: number; readonly until: number; readonly reason: string }
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

/** What reopens a gate, as one sentence with the command where a person is needed. */
export function gateRelease(gate: Gate, at: (ms: number) => string): string {
  switch (gate.state) {
    case 'passing':
      return 'nothing to release'
    case 'probing':
      return 'one canary attempt that ends with evidence'
    case 'shut':
      return `probed at ${at(gate.until)}`
    case 'pinned':
      return gate.until === null
        ? `${gate.by}: \`midwatch gate reset ${gate.lane}\``
        : `at ${at(gate.until)}, or \`midwatch gate reset ${gate.lane}\``
  }
}
