// The ground: every table of the first working whole. Guards follow in 0002, so that each page stays readable.

import type { Migration } from './contract.ts'

interface Words {
  readonly id: string
  readonly int: string
  readonly factId: string
  /** For tables whose rows are rewritten often: room beside the row, so that no index has to follow. */
  readonly roomy: string
}

const tables = ({ id, int, factId, roomy }: Words): string[] => [
  `CREATE TABLE demands (id ${id}, key TEXT NOT NULL UNIQUE, demand_json TEXT NOT NULL)`,
  `CREATE TABLE tasks (
    id ${id} CHECK (id > 0),
    state TEXT NOT NULL CHECK (state IN ('held','ready','taken','settled')),
    outcome TEXT CHECK (outcome IN ('done','failed','cancelled')),
    verified ${int} CHECK (verified IN (0,1)),
    settled_at ${int}, settled_by TEXT, reason TEXT,
    title TEXT NOT NULL, priority ${int} NOT NULL,
    demand_id ${int} NOT NULL REFERENCES demands(id),
    order_json TEXT NOT NULL, has_check ${int} NOT NULL, attempts_max ${int} NOT NULL,
    ready_at ${int}, rank ${int}, attempt_id ${int}, again_of ${int},
    created_at ${int} NOT NULL, created_by TEXT NOT NULL,
    CHECK ((state = 'settled') = (outcome IS NOT NULL)),
    CHECK ((state = 'settled') = (settled_at IS NOT NULL)),
    CHECK (verified IS NULL OR outcome = 'done'),
    CHECK (state <> 'taken' OR attempt_id IS NOT NULL),
    CHECK (state <> 'ready' OR (ready_at IS NOT NULL AND rank IS NOT NULL)))`,
  `CREATE INDEX tasks_ready ON tasks (demand_id, rank, id) WHERE state = 'ready'`,
  `CREATE INDEX tasks_state ON tasks (state, id)`,
  `CREATE INDEX tasks_settled ON tasks (settled_at) WHERE state = 'settled'`,
  `CREATE INDEX tasks_again ON tasks (again_of) WHERE again_of IS NOT NULL`,
  `CREATE TABLE attempts (
    id ${id} CHECK (id > 0),
    task_id ${int} NOT NULL REFERENCES tasks(id),
    state TEXT NOT NULL CHECK (state IN ('claimed','launched','confirmed','ended')),
    agent TEXT NOT NULL, host TEXT NOT NULL, nonce TEXT NOT NULL, token_hash TEXT NOT NULL,
    config_hash TEXT NOT NULL, lanes_json TEXT NOT NULL,
    lease_until ${int} NOT NULL, claimed_at ${int} NOT NULL,
    launched_at ${int}, confirmed_at ${int}, ended_at ${int}, launch_json TEXT,
    said TEXT CHECK (said IN ('done','fail')), said_text TEXT, said_at ${int},
    stop_reason TEXT, stop_by TEXT, progress TEXT, progress_at ${int}, usage_json TEXT,
    class TEXT, blame TEXT, exit_code ${int}, signal TEXT, verdict_json TEXT,
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK ((state = 'ended') = (class IS NOT NULL)))${roomy}`,
  `CREATE INDEX attempts_task ON attempts (task_id, id)`,
  `CREATE INDEX attempts_unended ON attempts (host, agent) WHERE state <> 'ended'`,
  `CREATE TABLE holds (
    id ${id},
    task_id ${int} NOT NULL REFERENCES tasks(id),
    kind TEXT NOT NULL, since ${int} NOT NULL, until ${int}, after_task ${int},
    release_json TEXT NOT NULL, released_at ${int}, released_by TEXT,
    CHECK (kind <> 'time' OR until IS NOT NULL),
    CHECK (kind <> 'after' OR after_task IS NOT NULL))`,
  `CREATE INDEX holds_task ON holds (task_id) WHERE released_at IS NULL`,
  `CREATE INDEX holds_due ON holds (until) WHERE released_at IS NULL AND kind = 'time'`,
  `CREATE INDEX holds_after ON holds (after_task) WHERE released_at IS NULL AND kind = 'after'`,
  `CREATE TABLE facts (
    id ${factId} CHECK (id > 0), at ${int} NOT NULL, kind TEXT NOT NULL, task_id ${int}, attempt_id ${int},
    body_json TEXT NOT NULL)`,
  `CREATE INDEX facts_task ON facts (task_id, id) WHERE task_id IS NOT NULL`,
  `CREATE TABLE keys (key TEXT NOT NULL PRIMARY KEY, task_id ${int} NOT NULL, scope TEXT NOT NULL, claimed_at ${int} NOT NULL)`,
  `CREATE INDEX keys_task ON keys (task_id)`,
  `CREATE TABLE gates (
    lane TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, since ${int} NOT NULL, until ${int}, by TEXT,
    reason TEXT NOT NULL, canary ${int})${roomy}`,
  `CREATE TABLE hosts (
    name TEXT NOT NULL PRIMARY KEY, boot_id TEXT NOT NULL, pid ${int} NOT NULL, start_ticks TEXT,
    pulse_at ${int} NOT NULL, running ${int} NOT NULL)${roomy}`,
  `CREATE TABLE incidents (
    id ${id}, key TEXT NOT NULL, title TEXT NOT NULL, opened_at ${int} NOT NULL, last_at ${int} NOT NULL,
    count ${int} NOT NULL, resolved_at ${int}, resolved_by TEXT)`,
  `CREATE UNIQUE INDEX incidents_unresolved ON incidents (key) WHERE resolved_at IS NULL`,
  `CREATE TABLE tallies (name TEXT NOT NULL, shard ${int} NOT NULL, n ${int} NOT NULL, PRIMARY KEY (name, shard))${roomy}`,
  `CREATE TABLE permits (name TEXT NOT NULL PRIMARY KEY)`,
]

/**
 * PostgreSQL: before its first fact a transaction takes a shared advisory lock whose number is the newest id given so
 * far. The lock ends with the transaction, in the moment after its facts can be seen; so whoever reads the newest id
 * first and these locks then knows up to which id nothing can still come. Nothing of it is stored, so that a restored
 * copy works like the original. The number's upper half is left out of the lock and found again by the distance.
 */
const factIds = [
  `CREATE SEQUENCE facts_id_seq`,
  `CREATE FUNCTION midwatch_next_fact() RETURNS bigint LANGUAGE plpgsql AS $fact$
   BEGIN
     IF current_setting('midwatch.writes_facts', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
       PERFORM pg_advisory_xact_lock_shared(1835, ((last_value - (NOT is_called)::int) & 2147483647)::int) FROM facts_id_seq;
       PERFORM set_config('midwatch.writes_facts', pg_current_xact_id()::text, true);
     END IF;
     RETURN nextval('facts_id_seq');
   END $fact$`,
  `CREATE FUNCTION midwatch_settled_past() RETURNS bigint LANGUAGE plpgsql AS $fact$
   DECLARE newest bigint; distance bigint;
   BEGIN
     SELECT last_value - (NOT is_called)::int INTO newest FROM facts_id_seq;
     SELECT max((newest - objid::bigint) & 2147483647) INTO distance FROM pg_locks
       WHERE locktype = 'advisory' AND classid = 1835 AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((newest - objid::bigint) & 2147483647) < 1073741824;
     RETURN newest - coalesce(distance, 0);
   END $fact$`,
]

const postgresTables = tables({
  id: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  int: 'BIGINT',
  factId: 'BIGINT PRIMARY KEY DEFAULT midwatch_next_fact()',
  roomy: ' WITH (fillfactor = 70)',
})

export const ground: Migration = {
  id: 1,
  name: 'ground',
  sqlite: tables({
    id: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    int: 'INTEGER',
    factId: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    roomy: '',
  }),
  postgres: [...factIds, ...postgresTables, 'ALTER SEQUENCE facts_id_seq OWNED BY facts.id'],
}
