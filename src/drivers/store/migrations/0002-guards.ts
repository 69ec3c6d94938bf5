// The guards: what is settled stays settled and what is ended stays ended, whoever sends the statement; ids only grow;
// only legal arrows pass; rows go only by the pruning verb. A guard in the code protects one path, a guard in the
// database all of them (S4). REPLACE needs the insert guard, because it deletes without firing delete triggers.

import type { Migration } from './contract.ts'

export interface Guarded {
  readonly table: 'tasks' | 'attempts'
  readonly noun: string
  readonly born: string
  readonly final: string
  /** Columns that may never change again once final. */
  readonly frozen: readonly string[]
  /** Columns that never change at all. */
  readonly fixed: readonly string[]
  /** Legal arrows, as from>to. Equal to model/transitions.ts; a test compares them. */
  readonly arrows: readonly string[]
  readonly remedy: string
}

export const guarded: readonly Guarded[] = [
  {
    table: 'tasks',
    noun: 'task',
    born: `'held','ready'`,
    final: 'settled',
    frozen: ['outcome', 'verified', 'settled_at'],
    fixed: ['id', 'created_at', 'again_of'],
    arrows: [
      'held>ready',
      'ready>held',
      'ready>taken',
      'taken>ready',
      'taken>held',
      'taken>settled',
      'held>settled',
      'ready>settled',
    ],
    remedy: 'use midwatch again',
  },
  {
    table: 'attempts',
    noun: 'attempt',
    born: `'claimed'`,
    final: 'ended',
    frozen: ['class', 'blame', 'exit_code', 'signal', 'ended_at', 'verdict_json'],
    fixed: ['id', 'task_id', 'agent', 'host', 'nonce', 'claimed_at'],
    arrows: [
      'claimed>launched',
      'launched>confirmed',
      'confirmed>ended',
      'claimed>ended',
      'launched>ended',
    ],
    remedy: 'a new try is a new attempt',
  },
]

/**
 * SQLite: the insert names an id that was given before. An id left to the database is -1 here. The table is asked too,
 * for whoever lowers `sqlite_sequence` must not thereby be able to replace a row.
 */
const oldId = (table: string) =>
  `(NEW.id > -1 AND (NEW.id <= coalesce((SELECT seq FROM sqlite_sequence WHERE name = '${table}'), 0)
      OR EXISTS (SELECT 1 FROM ${table} WHERE id = NEW.id)))`

const arrowList = (g: Guarded) => g.arrows.map((arrow) => `'${arrow}'`).join(',')

function sqliteGuard(g: Guarded): string[] {
  const t = g.table
  const differs = (column: string) => `NEW.${column} IS NOT OLD.${column}`
  return [
    `CREATE TRIGGER ${t}_born BEFORE INSERT ON ${t}
     WHEN NEW.state NOT IN (${g.born}) OR ${oldId(t)}
     BEGIN SELECT RAISE(ABORT, 'midwatch: ${g.noun} ids only grow and a ${g.noun} is never born ${g.final}; ${g.remedy}'); END`,
    `CREATE TRIGGER ${t}_final BEFORE UPDATE ON ${t}
     WHEN OLD.state = '${g.final}' AND (NEW.state IS NOT OLD.state OR ${g.frozen.map(differs).join(' OR ')})
     BEGIN SELECT RAISE(ABORT, 'midwatch: ${g.noun} is ${g.final} and stays so; ${g.remedy}'); END`,
    `CREATE TRIGGER ${t}_fixed BEFORE UPDATE ON ${t} WHEN ${g.fixed.map(differs).join(' OR ')}
     BEGIN SELECT RAISE(ABORT, 'midwatch: ${g.fixed.join(', ')} of ${t} never change'); END`,
    `CREATE TRIGGER ${t}_arrows BEFORE UPDATE OF state ON ${t}
     WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (${arrowList(g)})
     BEGIN SELECT RAISE(ABORT, 'midwatch: no such arrow between states of ${t}'); END`,
    `CREATE TRIGGER ${t}_kept BEFORE DELETE ON ${t}
     WHEN NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune')
     BEGIN SELECT RAISE(ABORT, 'midwatch: ${t} are deleted only by midwatch prune'); END`,
  ]
}

function postgresGuard(g: Guarded): string[] {
  const t = g.table
  const differs = (column: string) => `NEW.${column} IS DISTINCT FROM OLD.${column}`
  const refuse = (sentence: string) =>
    `RAISE EXCEPTION 'midwatch: ${sentence}' USING ERRCODE = 'check_violation';`
  return [
    `CREATE FUNCTION midwatch_guard_${t}() RETURNS trigger LANGUAGE plpgsql AS $guard$
     BEGIN
       IF TG_OP = 'INSERT' THEN
         IF NEW.state NOT IN (${g.born}) OR NEW.id <> currval(pg_get_serial_sequence('${t}', 'id')) THEN
           ${refuse(`${g.noun} ids only grow and a ${g.noun} is never born ${g.final}; ${g.remedy}`)}
         END IF;
         RETURN NEW;
       ELSIF TG_OP = 'UPDATE' THEN
         IF OLD.state = '${g.final}' AND (NEW.state IS DISTINCT FROM OLD.state OR ${g.frozen.map(differs).join(' OR ')}) THEN
           ${refuse(`${g.noun} is ${g.final} and stays so; ${g.remedy}`)}
         END IF;
         IF ${g.fixed.map(differs).join(' OR ')} THEN
           ${refuse(`${g.fixed.join(', ')} of ${t} never change`)}
         END IF;
         IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (${arrowList(g)}) THEN
           ${refuse(`no such arrow between states of ${t}`)}
         END IF;
         RETURN NEW;
       END IF;
       IF NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune') THEN
         ${refuse(`${t} are deleted only by midwatch prune`)}
       END IF;
       RETURN OLD;
     END $guard$`,
    `CREATE TRIGGER ${t}_guard BEFORE INSERT OR UPDATE OR DELETE ON ${t} FOR EACH ROW EXECUTE FUNCTION midwatch_guard_${t}()`,
    `CREATE TRIGGER ${t}_kept BEFORE TRUNCATE ON ${t} FOR EACH STATEMENT EXECUTE FUNCTION midwatch_refuse_truncate()`,
  ]
}

const factsSqlite = [
  `CREATE TRIGGER facts_born BEFORE INSERT ON facts WHEN ${oldId('facts')}
   BEGIN SELECT RAISE(ABORT, 'midwatch: facts are append-only, their ids only grow'); END`,
  `CREATE TRIGGER facts_append BEFORE UPDATE ON facts
   BEGIN SELECT RAISE(ABORT, 'midwatch: facts are append-only, their ids only grow'); END`,
  `CREATE TRIGGER facts_kept BEFORE DELETE ON facts WHEN NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune')
   BEGIN SELECT RAISE(ABORT, 'midwatch: facts are deleted only by midwatch prune'); END`,
]

const factsPostgres = [
  `CREATE FUNCTION midwatch_guard_facts() RETURNS trigger LANGUAGE plpgsql AS $guard$
   BEGIN
     IF TG_OP IN ('INSERT', 'UPDATE') THEN
       RAISE EXCEPTION 'midwatch: facts are append-only, their ids only grow' USING ERRCODE = 'check_violation';
     END IF;
     IF NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune') THEN
       RAISE EXCEPTION 'midwatch: facts are deleted only by midwatch prune' USING ERRCODE = 'check_violation';
     END IF;
     RETURN OLD;
   END $guard$`,
  `CREATE TRIGGER facts_guard BEFORE UPDATE OR DELETE ON facts FOR EACH ROW EXECUTE FUNCTION midwatch_guard_facts()`,
  // Judged without a call, for facts are what is written most.
  `CREATE TRIGGER facts_born BEFORE INSERT ON facts FOR EACH ROW
   WHEN (NEW.id <> currval('facts_id_seq')) EXECUTE FUNCTION midwatch_guard_facts()`,
  `CREATE TRIGGER facts_kept BEFORE TRUNCATE ON facts FOR EACH STATEMENT EXECUTE FUNCTION midwatch_refuse_truncate()`,
]

const truncate = `CREATE FUNCTION midwatch_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $guard$
  BEGIN
    RAISE EXCEPTION 'midwatch: rows are deleted only by midwatch prune' USING ERRCODE = 'check_violation';
  END $guard$`

export const guards: Migration = {
  id: 2,
  name: 'guards',
  sqlite: [...guarded.flatMap(sqliteGuard), ...factsSqlite],
  postgres: [truncate, ...guarded.flatMap(postgresGuard), ...factsPostgres],
}
