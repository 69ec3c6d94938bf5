// The ledger of effects, with its guards: what was performed stays performed, with its result; only legal arrows pass;
// each reservation has the next epoch; rows go only by the pruning verb.

import type { Migration } from './contract.ts'

const tables = (id: string, int: string): string[] => [
  `CREATE TABLE effects (
    id ${id} CHECK (id > 0), key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    params_hash TEXT NOT NULL, params_json TEXT NOT NULL, check_json TEXT,
    state TEXT NOT NULL CHECK (state IN ('reserved','performed','failed','uncertain')),
    epoch ${int} NOT NULL, holder_json TEXT NOT NULL, task_id ${int}, attempt_id ${int},
    created_at ${int} NOT NULL, reserved_at ${int} NOT NULL, until ${int} NOT NULL,
    since ${int} NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, result_json TEXT,
    ask_at ${int}, asked ${int} NOT NULL,
    CHECK ((state = 'performed') = (result_json IS NOT NULL)),
    CHECK (ask_at IS NULL OR state = 'uncertain'))`,
  `CREATE INDEX effects_open ON effects (id) WHERE state IN ('reserved','uncertain')`,
  `CREATE INDEX effects_twins ON effects (kind, params_hash)`,
  `CREATE INDEX effects_old ON effects (kind, since) WHERE state IN ('performed','failed')`,
]

/** Equal to `effectArrows` of model/transitions.ts; a test compares them. */
const arrows = [
  'reserved>performed',
  'reserved>failed',
  'reserved>uncertain',
  'uncertain>performed',
  'uncertain>failed',
  'failed>reserved',
]
  .map((arrow) => `'${arrow}'`)
  .join(',')

/** What an effect is never changes. */
const fixed = ['id', 'key', 'kind', 'params_hash', 'created_at']
/** What it gave, and when, does not change once it was performed. */
const frozen = ['state', 'epoch', 'result_json', 'since', 'by']

const words = {
  born: 'midwatch: an effect is born reserved, once per key, and its ids only grow',
  final: 'midwatch: an effect that was performed stays so; another one has another key',
  fixed: `midwatch: ${fixed.join(', ')} of effects never change`,
  arrows: 'midwatch: no such arrow between states of effects',
  epoch: 'midwatch: a reservation has the next epoch, and nothing else changes it',
  kept: 'midwatch: effects are deleted only by midwatch prune',
}

const rightEpoch = `NEW.epoch = OLD.epoch + (CASE WHEN OLD.state = 'failed' AND NEW.state = 'reserved' THEN 1 ELSE 0 END)`

const differs = (columns: readonly string[], is: string) =>
  columns.map((column) => `NEW."${column}" ${is} OLD."${column}"`).join(' OR ')

const sqliteGuards = [
  `CREATE TRIGGER effects_born BEFORE INSERT ON effects
   WHEN NEW.state <> 'reserved' OR NEW.epoch <> 1 OR EXISTS (SELECT 1 FROM effects WHERE key = NEW.key)
     OR (NEW.id > -1 AND (NEW.id <= coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'effects'), 0)
       OR EXISTS (SELECT 1 FROM effects WHERE id = NEW.id)))
   BEGIN SELECT RAISE(ABORT, '${words.born}'); END`,
  `CREATE TRIGGER effects_final BEFORE UPDATE ON effects
   WHEN OLD.state = 'performed' AND (${differs(frozen, 'IS NOT')})
   BEGIN SELECT RAISE(ABORT, '${words.final}'); END`,
  `CREATE TRIGGER effects_fixed BEFORE UPDATE ON effects WHEN ${differs(fixed, 'IS NOT')}
   BEGIN SELECT RAISE(ABORT, '${words.fixed}'); END`,
  `CREATE TRIGGER effects_arrows BEFORE UPDATE ON effects
   WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (${arrows})
   BEGIN SELECT RAISE(ABORT, '${words.arrows}'); END`,
  `CREATE TRIGGER effects_epoch BEFORE UPDATE ON effects WHEN NOT (${rightEpoch})
   BEGIN SELECT RAISE(ABORT, '${words.epoch}'); END`,
  `CREATE TRIGGER effects_kept BEFORE DELETE ON effects
   WHEN NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune')
   BEGIN SELECT RAISE(ABORT, '${words.kept}'); END`,
]

const refuse = (sentence: string) =>
  `RAISE EXCEPTION '${sentence}' USING ERRCODE = 'check_violation';`

const postgresGuards = [
  `CREATE FUNCTION midwatch_guard_effects() RETURNS trigger LANGUAGE plpgsql AS $guard$
   BEGIN
     IF TG_OP = 'INSERT' THEN
       IF NEW.state <> 'reserved' OR NEW.epoch <> 1
         OR NEW.id <> currval(pg_get_serial_sequence('effects', 'id')) THEN ${refuse(words.born)} END IF;
       RETURN NEW;
     ELSIF TG_OP = 'UPDATE' THEN
       IF OLD.state = 'performed' AND (${differs(frozen, 'IS DISTINCT FROM')}) THEN ${refuse(words.final)} END IF;
       IF ${differs(fixed, 'IS DISTINCT FROM')} THEN ${refuse(words.fixed)} END IF;
       IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (${arrows}) THEN
         ${refuse(words.arrows)} END IF;
       IF NOT (${rightEpoch}) THEN ${refuse(words.epoch)} END IF;
       RETURN NEW;
     END IF;
     IF NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune') THEN ${refuse(words.kept)} END IF;
     RETURN OLD;
   END $guard$`,
  `CREATE TRIGGER effects_guard BEFORE INSERT OR UPDATE OR DELETE ON effects
   FOR EACH ROW EXECUTE FUNCTION midwatch_guard_effects()`,
  `CREATE TRIGGER effects_kept BEFORE TRUNCATE ON effects
   FOR EACH STATEMENT EXECUTE FUNCTION midwatch_refuse_truncate()`,
]

export const effects: Migration = {
  id: 5,
  name: 'effects',
  sqlite: [...tables('INTEGER PRIMARY KEY AUTOINCREMENT', 'INTEGER'), ...sqliteGuards],
  postgres: [
    ...tables('BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY', 'BIGINT'),
    ...postgresGuards,
  ],
}
