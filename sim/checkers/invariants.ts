// Which numbered invariants no checker judges, each with the reason. All others of docs/invariants.md stand on the checker
// that judges them; a new one comes with a checker or with a line here.

export const notJudged: Readonly<Record<number, string>> = {
  4: 'the databases refuse it; a raw statement is not of this world (store conformance)',
  7: 'a half-written verb shows as an arrow without its fact; torn transactions are played by test/drivers/store/sqlite-weather.test.ts',
  10: 'the deed `wait` tries circles, and what waits in one would never be done',
  11: 'a want that is taken in half shows as a task without its fact',
  12: 'played by the store’s conformance suite, from several processes at once',
  16: 'a living session called lost shows as a program that runs on after its end',
  19: 'an invalid configuration in force shows as a cap that no valid version allows',
  20: 'an init system starts one daemon; a second one is played by test/scenarios/sim/claims.test.ts',
  21: 'the databases refuse it; the deed `prune` runs in every world',
  24: 'the effects room judges it by the world’s own post',
  25: 'as 24',
  27: 'what no mechanism serves would never be done',
  28: 'a quiet session that was stopped shows as a task that paid for no fault of its own',
  29: 'no task of this world wants a review yet',
  30: 'no tasks of this world land together yet',
  32: 'supervisor and sentinel are other processes: played by test/scenarios with real ones',
  31: 'no worktree of this world holds work that could be lost',
}
