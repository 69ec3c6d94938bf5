// PostgreSQL: the lock that a transaction takes before its first fact is taken once for each statement that writes facts, before
// any id of it is given, instead of being looked for at each id; and the guards look for the newest id by its sequence's name. What
// they promise is the same, as it is for hosts that know nothing of this step.

import { guards } from './0002-guards.ts'
import type { Migration } from './contract.ts'

const takeLock = [
  `CREATE FUNCTION midwatch_before_facts() RETURNS trigger LANGUAGE plpgsql AS $fact$
   BEGIN
     IF current_setting('midwatch.writes_facts', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
       PERFORM pg_advisory_xact_lock_shared(1835, ((last_value - (NOT is_called)::int) & 2147483647)::int) FROM facts_id_seq;
       PERFORM set_config('midwatch.writes_facts', pg_current_xact_id()::text, true);
     END IF;
     RETURN NULL;
   END $fact$`,
  `CREATE TRIGGER facts_before BEFORE INSERT ON facts FOR EACH STATEMENT EXECUTE FUNCTION midwatch_before_facts()`,
  `ALTER TABLE facts ALTER COLUMN id SET DEFAULT nextval('facts_id_seq')`,
  `DROP FUNCTION midwatch_next_fact()`,
]

/** The same guards, word for word but for how the sequence is found. */
const cheaperGuards = guards.postgres
  .filter((text) => text.startsWith('CREATE FUNCTION midwatch_guard_'))
  .map((text) =>
    text
      .replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')
      .replace(/pg_get_serial_sequence\('(\w+)', 'id'\)/, `'$1_id_seq'`),
  )

export const factIds: Migration = {
  id: 30,
  name: 'fact-ids',
  worksWith: 29,
  sqlite: [],
  postgres: [...takeLock, ...cheaperGuards],
}
