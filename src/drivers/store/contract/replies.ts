// Idempotency keys: what was answered is kept beside the fleet's other rows, so that a client that lost an answer may ask
// again after a restart, too. A key is taken before anything is done under it.

/** What was answered. */
export interface KeptReply {
  readonly status: number
  readonly answer: string
}

export type ReplyStanding =
  /** Nobody asked under this key: it is taken now. */
  | { readonly state: 'fresh' }
  /** Somebody did, and his answer has not come: he is at it, or he died before it was kept. */
  | { readonly state: 'begun'; readonly asked: string; readonly asker: string; readonly at: number }
  | ({ readonly state: 'answered'; readonly asked: string } & KeptReply)

export interface ReplyVerbs {
  /** Takes a key, or tells what became of it. `asked` names the request, `asker` the process. Forgets what is a day old. */
  takeReply(input: {
    key: string
    asked: string
    asker: string
    now: number
  }): Promise<ReplyStanding>
  /** Keeps the answer of a key that was taken. */
  keepReply(input: { key: string; asker: string } & KeptReply): Promise<void>
  /** Lets a taken key go: nothing was done under it. What was answered stays. */
  dropReply(input: { key: string; asker: string }): Promise<void>
}
