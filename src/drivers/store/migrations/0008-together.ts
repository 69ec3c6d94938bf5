// Reviews and convoys. A review's row is born with its task and decided once; a convoy lands once. Both outlive neither
// of the tasks they speak of: pruning takes them together.

import type { Migration } from './contract.ts'

const tables = (id: string, int: string): string[] => [
  `CREATE TABLE reviews (
    task_id ${int} NOT NULL PRIMARY KEY REFERENCES tasks(id), judged ${int} NOT NULL REFERENCES tasks(id),
    maker TEXT NOT NULL, verified ${int} NOT NULL, offered_at ${int} NOT NULL,
    decision TEXT CHECK (decision IN ('approve','changes','reject')), text TEXT NOT NULL,
    decided_at ${int}, decided_by TEXT,
    CHECK ((decision IS NULL) = (decided_at IS NULL)), CHECK (task_id > judged))`,
  `CREATE INDEX reviews_judged ON reviews (judged, task_id)`,
  `CREATE TABLE convoys (
    id ${id} CHECK (id > 0), title TEXT NOT NULL, created_at ${int} NOT NULL, created_by TEXT NOT NULL,
    landing_task ${int}, landed_at ${int})`,
  `CREATE INDEX convoys_landing ON convoys (landing_task) WHERE landing_task IS NOT NULL`,
  `CREATE TABLE convoy_tasks (
    convoy_id ${int} NOT NULL REFERENCES convoys(id), task_id ${int} NOT NULL REFERENCES tasks(id),
    PRIMARY KEY (convoy_id, task_id))`,
  `CREATE INDEX convoy_tasks_task ON convoy_tasks (task_id)`,
]

const sqliteGuards = [
  `CREATE TRIGGER reviews_decided_once BEFORE UPDATE ON reviews
    WHEN OLD.decision IS NOT NULL OR NEW.judged IS NOT OLD.judged OR NEW.task_id IS NOT OLD.task_id
    BEGIN SELECT RAISE(ABORT, 'midwatch: a review is decided once'); END`,
  `CREATE TRIGGER convoys_landed_once BEFORE UPDATE ON convoys WHEN OLD.landed_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'midwatch: a convoy lands once'); END`,
]

const postgresGuards = [
  `CREATE FUNCTION midwatch_reviews_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
   BEGIN
     IF OLD.decision IS NOT NULL OR NEW.judged <> OLD.judged OR NEW.task_id <> OLD.task_id THEN
       RAISE EXCEPTION 'midwatch: a review is decided once';
     END IF;
     RETURN NEW;
   END $guard$`,
  `CREATE TRIGGER reviews_decided_once BEFORE UPDATE ON reviews
    FOR EACH ROW EXECUTE FUNCTION midwatch_reviews_guard()`,
  `CREATE FUNCTION midwatch_convoys_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
   BEGIN
     IF OLD.landed_at IS NOT NULL THEN RAISE EXCEPTION 'midwatch: a convoy lands once'; END IF;
     RETURN NEW;
   END $guard$`,
  `CREATE TRIGGER convoys_landed_once BEFORE UPDATE ON convoys
    FOR EACH ROW EXECUTE FUNCTION midwatch_convoys_guard()`,
]

export const together: Migration = {
  id: 8,
  name: 'together',
  sqlite: [...tables('INTEGER PRIMARY KEY AUTOINCREMENT', 'INTEGER'), ...sqliteGuards],
  postgres: [
    ...tables('BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY', 'BIGINT'),
    ...postgresGuards,
  ],
}
