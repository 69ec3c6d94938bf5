// What a source of the fleet's configuration promises. The daemon loads and watches through it; the command line reads
// through it. Nothing here knows YAML.

import type { FleetConfig } from '../../model/config.ts'

export interface LoadedConfig {
  /** References to environment variables are resolved; where one is missing, see `missing`. */
  readonly config: FleetConfig
  /** Names this exact configuration, values of referenced variables included. Changes exactly when it changes. */
  readonly hash: string
  /** The same configuration fit for facts and pages: environment values and passwords are masked. */
  readonly redacted: FleetConfig
  /**
   * The same configuration fit to be stored and restored: references unresolved, secrets left out. Absent where nothing
   * is to be stored.
   */
  readonly kept?: string
  /** Referenced variables that are not set here. Always empty for a source that refuses them. */
  readonly missing: readonly string[]
  /** Why the text as it stands now is not in force, and this one is. Absent where it is. */
  readonly instead?: string
}

export interface ConfigSource {
  /** Where it stands, for sentences. */
  readonly path: string
  /**
   * The configuration as it is now. Throws OperatingError `config.missing`, `config.unreadable`, `config.invalid`
   * (a ConfigError, with one mistake per line) or `config.variable`.
   */
  load(): Promise<LoadedConfig>
  /** The newest one that was valid when somebody loaded it; null when there never was one. Never throws. */
  lastGood(): Promise<LoadedConfig | null>
  /** A configuration as it was kept, its references resolved by the variables of now. */
  restore?(kept: string): FleetConfig
  /** Calls back after the text has changed, until the returned function is called. Changes may be merged. */
  watch(onChange: () => void): () => void
}
