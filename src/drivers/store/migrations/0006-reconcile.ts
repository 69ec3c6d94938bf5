// What the reconciler asks of PostgreSQL, which before version 16 cannot say whether a text is JSON.

import type { Migration } from './contract.ts'

const isJson = `CREATE FUNCTION midwatch_is_json(candidate text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $json$
  BEGIN
    PERFORM candidate::json;
    RETURN true;
  EXCEPTION WHEN others THEN
    RETURN false;
  END $json$`

export const reconcile: Migration = {
  id: 6,
  name: 'reconcile',
  sqlite: [],
  postgres: [isJson],
}
