// Which numbered invariants no checker judges, each with the reason and the tests that play it. All others of docs/invariants.md
// stand on the checker that judges them; a new one comes with a checker or with a line here.

export const notJudged: Readonly<Record<number, string>> = {
  7: 'a half-written verb shows as an arrow without its fact; torn transactions are played by test/drivers/store/sqlite-weather.test.ts',
  38: 'no sensor brings work here; played by test/loops/sensors/sensors.test.ts',
  39: 'nobody asks the API here; every route is tried as everybody by test/surface/http/rights.test.ts',
  40: 'nobody asks the API here; both are compared by test/surface/can.test.ts and test/surface/http/wire.test.ts',
  41: 'nobody asks the API here; slow and wrong clients are played by test/surface/http/stream.test.ts and test/surface/http/guards.test.ts',
  48: 'launchers with bounds are real ones: test/drivers/launchers/systemd/real.ts and test/drivers/launchers/container/real.ts',
}
