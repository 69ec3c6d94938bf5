// What happens to accounts: persons choose among them, and their credentials change.

export type AccountFact =
  /** An agent's configuration was refused for good; it goes on with the last one that was taken. */
  | { kind: 'agent.fell_back'; agent: string; instead: readonly string[]; why: string }
  | {
      kind: 'account.chosen'
      agent: string
      account: string
      by: string
      reason: string
      until: number
    }
  | { kind: 'account.unchosen'; agent: string; by: string }
  /** What a credential looks like now, as a salted hash that tells nothing but whether it is another one. */
  | { kind: 'credential.seen'; lane: string; host: string; print: string }
