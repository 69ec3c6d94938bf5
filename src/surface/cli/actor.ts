// Who asks: a person at a terminal, or a session that carries its attempt's token. A token never falls back to a
// person's rights: one that does not fit is refused. A session of the same user without a sandbox could still open the
// database file; this guards against mistakes, not against malice.

import { refused } from '../../base/errors.ts'
import { hashOf, readToken } from '../../base/ids.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Fleet, World } from './world.ts'

export const tokenVariable = 'MIDWATCH_TOKEN'

/** Whether we run inside a session, with or without its token. */
export const inSession = (env: World['env']): boolean =>
  Boolean(env[tokenVariable] || env['MIDWATCH_ATTEMPT'])

export type Actor =
  | { readonly kind: 'person'; readonly by: string }
  | { readonly kind: 'session'; readonly by: string; readonly attempt: Attempt }

/** Reads the environment and asks the store whether a token in it is good. Throws `token.*`. */
export async function identify(
  world: Pick<World, 'env' | 'userName'>,
  fleet: { readonly store: Pick<Fleet['store'], 'tokenFits' | 'attempt'> } & {
    readonly config: Pick<Fleet['config'], 'name'>
  },
): Promise<Actor> {
  const token = world.env[tokenVariable]
  if (!inSession(world.env)) return { kind: 'person', by: world.userName() }
  if (!token) throw unfit('is missing, though this is a session')
  const parts = readToken(token)
  if (parts === null) throw unfit('is not a token of Midwatch')
  const { attemptId, secret } = parts
  if (!(await fleet.store.tokenFits(attemptId, hashOf(secret))))
    throw unfit(`does not fit attempt ${attemptId} of the fleet ${fleet.config.name}`)
  const attempt = await fleet.store.attempt(attemptId)
  if (attempt === null) throw unfit(`names attempt ${attemptId}, which is gone`)
  return { kind: 'session', by: `attempt ${attemptId}`, attempt }
}

const unfit = (why: string) =>
  refused(
    'token.unfit',
    `the token in ${tokenVariable} ${why}`,
    `a person unsets ${tokenVariable}; a session uses the one it was started with`,
  )
