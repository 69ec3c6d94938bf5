// PostgreSQL: what an attempt's way writes costs less, and refuses the same. The guards are judged without a call, by the condition of their
// triggers; the call comes where something is refused, and finds the sentence. The index of what is under way does not name the
// state, so that an attempt that is launched and confirmed touches no index.

import type { Migration } from './contract.ts'
import { type Guarded, guarded } from './0002-guards.ts'

/** Where one of the guard's own conditions holds; null refuses nothing, there as here. */
function conditioned({ table, born, final, frozen, fixed, arrows }: Guarded): string[] {
  const differs = (column: string) => `NEW.${column} IS DISTINCT FROM OLD.${column}`
  const legal = arrows.map((arrow) => `'${arrow}'`).join(',')
  const calls = `FOR EACH ROW WHEN`
  const guard = `EXECUTE FUNCTION midwatch_guard_${table}()`
  return [
    `DROP TRIGGER ${table}_guard ON ${table}`,
    `CREATE TRIGGER ${table}_born BEFORE INSERT ON ${table} ${calls}
     (NEW.state NOT IN (${born}) OR NEW.id <> currval('${table}_id_seq')) ${guard}`,
    `CREATE TRIGGER ${table}_changed BEFORE UPDATE ON ${table} ${calls}
     ((OLD.state = '${final}' AND (${['state', ...frozen].map(differs).join(' OR ')}))
      OR ${fixed.map(differs).join(' OR ')}
      OR (NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (${legal}))) ${guard}`,
    `CREATE TRIGGER ${table}_guard BEFORE DELETE ON ${table} FOR EACH ROW ${guard}`,
  ]
}

export const lighterWrites: Migration = {
  id: 31,
  name: 'lighter-writes',
  worksWith: 29,
  sqlite: [],
  postgres: [
    ...guarded.flatMap(conditioned),
    'CREATE INDEX attempts_open ON attempts (host, agent) WHERE ended_at IS NULL',
    'DROP INDEX attempts_unended',
  ],
}
