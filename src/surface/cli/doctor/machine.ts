// What `doctor` asks of this machine. main.ts makes it from drivers.

import type { OperatingError } from '../../../base/errors.ts'
import type { AgentCard } from '../../../drivers/agents/contract.ts'
import type { Host } from '../../../drivers/hosts/contract.ts'
import type { Launching } from '../../../model/launcher.ts'

export interface Machine {
  readonly versions: { readonly node: string; readonly sqlite: string }
  readonly host: Host
  readonly adapters: readonly AgentCard[]
  /** Null when a file can be made in the folder; else why not. */
  whyNotWritable(folder: string): string | null
  /**
   * `PRAGMA quick_check` on a database file, read-only. Null when there is no file yet; else `ok`, what is broken, or why
   * nobody could look.
   */
  quickCheck(path: string): string | OperatingError | null
  /** Why this launcher cannot start sessions here, with its remedy; null when it can. */
  whyNoLauncher(launching: Launching): Promise<{ sentence: string; remedy: string } | null>
  /** Whether a control group per attempt can be had. */
  controlGroups(): boolean
}
