// What persons chose among accounts.

import type { AccountChoice } from '../../../model/account.ts'

export interface AccountVerbs {
  /** A person's choice for an agent, in place of an earlier one. It outranks automation until then. */
  chooseAccount(input: Omit<AccountChoice, 'since'> & { now: number }): Promise<void>
  /** Takes a choice back; false when there was none. */
  unchooseAccount(input: { agent: string; by: string; now: number }): Promise<{ was: boolean }>
  /** The choices in force at this time, by agent. */
  choices(input: { now: number }): Promise<readonly AccountChoice[]>
}
