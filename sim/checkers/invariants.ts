// Which numbered invariants no checker judges, each with the reason and the tests that play it. All others of docs/invariants.md
// stand on the checker that judges them; a new one comes with a checker or with a line here.

export const notJudged: Readonly<Record<number, string>> = {
  7: 'a half-written verb shows as an arrow without its fact; torn transactions are played by test/drivers/store/sqlite-weather.test.ts',
  48: 'launchers with bounds are real ones: test/drivers/launchers/systemd/real.ts and test/drivers/launchers/container/real.ts',
}
