// Several statements in one round trip: all of them are sent before the first is answered, and the server syncs once behind
// the last (https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). One that fails keeps those
// behind it from being done. A statement that has a name is prepared and described once per connection.

import type { ClientBase, Connection, FieldDef, Submittable } from 'pg'

import { Packet } from './packet.ts'

/** One statement on its way. Without a name it is prepared anew each time, as a pooler needs it. */
export interface Question {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** What came back for one statement. */
export interface Answer {
  readonly rows: readonly Row[]
  /** The server's word for what it did: `UPDATE 1`, `COMMIT`. */
  readonly tag: string
}

export type Row = Readonly<Record<string, unknown>>

/** Asks all of it, in this order, each seeing what those before it did. Rejects with the first error. */
export function askTogether(
  client: ClientBase,
  questions: readonly Question[],
): Promise<readonly Answer[]> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, answers?: readonly Answer[]): void =>
      error === null ? resolve(answers ?? []) : reject(error)
    client.query(new Trip(client, questions, done))
  })
}

/** A statement as one connection knows it; its columns once the server told them. */
interface Prepared {
  columns: readonly Column[]
}
type Column = readonly [name: string, read: (text: string) => unknown]

/** What each connection has prepared, and what it perhaps has: an error came before its answer. */
const preparedBy = new WeakMap<Connection, Map<string, Prepared>>()
const doubtfulIn = new WeakMap<Connection, Set<string>>()
/** In which each connection says its trips. */
const packetOf = new WeakMap<Connection, Packet>()

/** As `pg` wants it: it is told of every message until the server is ready again. */
class Trip implements Submittable {
  /** Called once; `pg` puts its own before it, for its time limit. */
  callback: (error: unknown, answers?: readonly Answer[]) => void
  readonly #client: ClientBase
  readonly #questions: readonly Question[]
  readonly #sent: Prepared[] = []
  readonly #fresh = new Map<string, number>()
  readonly #answers: Answer[] = []
  #rows: Row[] = []
  #error: unknown = null

  constructor(client: ClientBase, questions: readonly Question[], callback: Trip['callback']) {
    this.#client = client
    this.#questions = questions
    this.callback = callback
  }

  submit(connection: Connection): void {
    const packet = knownTo(packetOf, connection, () => new Packet())
    packet.begin()
    for (const question of this.#questions) this.#say(packet, connection, question)
    packet.sync()
    if (connection.stream.writable) connection.stream.write(packet.whole())
  }

  #say(packet: Packet, connection: Connection, { name, text, values }: Question): void {
    const prepared = knownTo(preparedBy, connection, () => new Map<string, Prepared>())
    let known = name === '' ? undefined : prepared.get(name)
    const isFresh = known === undefined
    known ??= { columns: [] }
    if (isFresh) {
      if (doubtfulIn.get(connection)?.delete(name) === true) packet.close(name)
      packet.parse(name, text)
      if (name !== '') {
        prepared.set(name, known)
        this.#fresh.set(name, this.#sent.length)
      }
    }
    packet.bind(name, values.map(wired))
    if (isFresh) packet.describe()
    packet.execute()
    this.#sent.push(known)
  }

  handleRowDescription({ fields }: { fields: readonly FieldDef[] }): void {
    const known = this.#sent[this.#answers.length]
    if (known !== undefined)
      known.columns = fields.map(({ name, dataTypeID }) => [
        name,
        this.#client.getTypeParser(dataTypeID, 'text') as (text: string) => unknown,
      ])
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.#error !== null) return
    const row: Record<string, unknown> = {}
    try {
      this.#sent[this.#answers.length]?.columns.forEach(([name, read], i) => {
        const text = fields[i] ?? null
        row[name] = text === null ? null : read(text)
      })
      this.#rows.push(row)
    } catch (error) {
      this.#error = error
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#answers.push({ rows: this.#rows, tag: text })
    this.#rows = []
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' })
  }

  handleError(error: unknown, connection: Connection): void {
    // What came to its end was prepared; of the others nobody knows.
    const prepared = preparedBy.get(connection)
    const doubtful = knownTo(doubtfulIn, connection, () => new Set<string>())
    for (const [name, at] of this.#fresh) {
      if (at < this.#answers.length) continue
      prepared?.delete(name)
      doubtful.add(name)
    }
    this.callback(error)
  }

  handleReadyForQuery(): void {
    this.callback(this.#error, this.#answers)
  }
}

function knownTo<T>(map: WeakMap<Connection, T>, connection: Connection, make: () => T): T {
  const known = map.get(connection)
  if (known !== undefined) return known
  const made = make()
  map.set(connection, made)
  return made
}

/** PostgreSQL's texts hold every character but NUL, which a session's output may well contain. */
const wired = (value: unknown): string | null =>
  value === null || value === undefined ? null : withoutNul(String(value))

const withoutNul = (text: string): string =>
  text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
