// The credentials behind agents, as far as they can be looked at for free: whether they are there, whether they are still
// the same, and the values that sessions are started with. No value ever leaves by another way than a session's environment.

/** Where a client keeps its login, and which variables carry a credential of it. */
export interface ClientPlaces {
  /** The variable that moves the folder in which the client keeps its login. */
  readonly homeIn: string
  readonly secretsIn: readonly string[]
  /** Where its login lies, below the folder of `homeIn`, or below the user's own. */
  readonly login: { readonly inHome: string; readonly inUser: string }
}

/** The environment of a session, and what of it lies in files. */
export interface SessionEnvironment {
  readonly env: Readonly<Record<string, string>>
  readonly envFiles?: Readonly<Record<string, string>>
}

/** A client with the settings of one of its accounts. */
export interface Credentialed {
  readonly client: ClientPlaces
  readonly settings: SessionEnvironment
  /** Whether the configuration says where this credential lies; of others nothing is demanded. */
  readonly declared: boolean
}

export interface CredentialLook {
  /** Why it cannot work, one sentence without any value; null when nothing speaks against it. */
  readonly trouble: string | null
  /** A salted hash of all that was found; null when nothing was found. */
  readonly print: string | null
}

export interface Credentials {
  /** Reads files and variables only: asks no client and no service. Never throws. */
  look(one: Credentialed): Promise<CredentialLook>
  /** The values that these settings take from files. Throws `agent.secret_missing`. */
  fromFiles(settings: SessionEnvironment): Promise<Readonly<Record<string, string>>>
}
