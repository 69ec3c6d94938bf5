// What PostgreSQL's SQLSTATEs and the failures of a connection mean to people, and which of them may simply be tried
// again. https://www.postgresql.org/docs/current/errcodes-appendix.html

import { failed, OperatingError, refused, systemCode, tryAgain } from '../../../base/errors.ts'

/** The connection is gone or was never there; what was not committed is undone by the server. */
export function isLost(error: unknown): boolean {
  const code = systemCode(error)
  if (code === notSupported) return isReplanned(error)
  if (code !== null) return lostCodes.has(code) || code.startsWith('08')
  return error instanceof Error && lostMessage.test(error.message)
}

/** Its prepared statements are of before a migration: another connection prepares them anew. Nothing of it was done. */
export const isReplanned = (error: unknown): boolean =>
  systemCode(error) === notSupported && cachedPlan.test(reason(error))

/** Two transactions stood in each other's way, and the database undid this one. */
export const isContended = (error: unknown): boolean => contendedCodes.has(systemCode(error) ?? '')

/** More connections than the server grants; it may have room in a moment. */
export const isCrowded = (error: unknown): boolean => crowdedCodes.has(systemCode(error) ?? '')

/** What a pooler says that knows not what we set at the start of a connection. */
export const isPoolers = (error: unknown): boolean =>
  error instanceof Error && /unsupported startup parameter/.test(error.message)

const cachedPlan = /^cached plan must not change/
const notSupported = '0A000'

const contendedCodes = new Set(['40001', '40P01', '55P03'])
const crowdedCodes = new Set(['53300', '53400'])

const lostCodes = new Set([
  '57P01', // the server is being shut down
  '57P02', // it crashed and starts again
  '57P03', // it is not ready yet
  '25P03', // we were silent in the middle of a transaction for too long
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT', // no such socket
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** What `pg` says without a code. */
const lostMessage = /^(Connection terminated|timeout expired|Query read timeout|Client (has|was) )/

/** The operating error behind a PostgreSQL error; the error itself when it is a programmer's. */
export function explain(error: unknown, where: string): unknown {
  if (error instanceof OperatingError) return error
  // Its code is that of a lost connection, which trying again would not bring back.
  if (/not allowed in statement pooling/.test(reason(error))) return statementPooler(where, error)
  if (isLost(error))
    return tryAgain(
      'store.unreachable',
      `the database at ${where} cannot be reached: ${reason(error)}`,
      'start PostgreSQL, or mend `store:` in midwatch.yaml; what was asked was not done',
      error,
    )
  const code = systemCode(error)
  const known = code === null ? undefined : explanations[code]
  if (known !== undefined) return known(where, error)
  if (code !== null)
    return /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS)/.test(code)
      ? noTls(where, error)
      : error
  return wordless.find(([message]) => message.test(reason(error)))?.[1](where, error) ?? error
}

const reason = (error: unknown): string =>
  error instanceof Error ? error.message || (systemCode(error) ?? '') : String(error)

type Explanation = (where: string, error: unknown) => OperatingError

const noEntry: Explanation = (where, error) =>
  failed(
    'store.auth',
    `the database at ${where} does not let this user in: ${reason(error)}`,
    'mend user and password in `store:` of midwatch.yaml, or the server’s pg_hba.conf',
    error,
  )
const noTls: Explanation = (where, error) =>
  failed(
    'store.tls',
    `no secure connection to ${where}: ${reason(error)}`,
    'mend `sslmode` or the certificates',
    error,
  )
const busy: Explanation = (where, error) =>
  tryAgain(
    'store.busy',
    `the database at ${where} is busy: ${reason(error)}`,
    'try again in a moment',
    error,
  )
const crowded: Explanation = (where, error) =>
  tryAgain(
    'store.too_many_connections',
    `the database at ${where} grants no more connections`,
    'raise max_connections or close other clients',
    error,
  )
const notOurs: Explanation = (where, error) =>
  failed(
    'store.not_migrated',
    `the database at ${where} lacks what Midwatch made there: ${reason(error)}`,
    'name the right database, or restore a backup',
    error,
  )
const broken: Explanation = (where, error) =>
  failed(
    'store.corrupt',
    `the database at ${where} is damaged: ${reason(error)}`,
    'restore a backup; the server’s log says more',
    error,
  )

const statementPooler: Explanation = (where, error) =>
  failed(
    'store.pooler',
    `the pooler at ${where} allows no transactions: ${reason(error)}`,
    'let it pool by transaction or by session (PgBouncer: pool_mode = transaction), or name the server itself',
    error,
  )

/** What `pg` says of itself, without a code. */
const wordless: readonly [RegExp, Explanation][] = [
  [/^timeout exceeded when trying to connect/, busy], // our own connections are all in use
  [/^SASL|password/, noEntry],
  [/SSL|TLS/, noTls],
]

const explanations: Readonly<Record<string, Explanation>> = {
  '28000': noEntry,
  '28P01': noEntry,
  '3D000': (where, error) =>
    failed(
      'store.no_database',
      `there is no database at ${where}`,
      'make it with createdb, or name another in midwatch.yaml',
      error,
    ),
  '42501': (where, error) =>
    failed(
      'store.forbidden',
      `this user may not do that at ${where}: ${reason(error)}`,
      'make it the owner of the database',
      error,
    ),
  '42P01': notOurs,
  '42703': notOurs,
  '25006': (where, error) =>
    failed(
      'store.read_only',
      `the database at ${where} cannot be written; it may be a standby`,
      'name the primary in midwatch.yaml',
      error,
    ),
  '53100': (where, error) =>
    failed(
      'store.disk_full',
      `the disk of ${where} is full`,
      'free some space there; nothing was half-written',
      error,
    ),
  '53200': (where, error) =>
    tryAgain(
      'store.out_of_memory',
      `the server of ${where} ran out of memory`,
      'try again; its log says more',
      error,
    ),
  '54000': (_where, error) =>
    refused('store.too_long', `a key is too long for the database: ${reason(error)}`, 'shorten it'),
  '57014': busy,
  '40001': busy,
  '40P01': busy,
  '55P03': busy,
  '53300': crowded,
  '53400': crowded,
  '58030': (where, error) =>
    failed(
      'store.io',
      `the server of ${where} failed to read or write its files`,
      'check its disk; its log says more',
      error,
    ),
  XX001: broken,
  XX002: broken,
}
