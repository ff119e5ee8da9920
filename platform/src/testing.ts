/** What a test may use: a real Plinth on a database of its own, and scenario tables. */
export { type Scenario, type ScenarioOptions, scenarios } from './testing/scenarios.ts'
export {
  startTestPlinth,
  type TestPerson,
  type TestPlinth,
  type TestPlinthOptions,
} from './testing/start.ts'
export { callOver, type TestAnswer, type TestSurface } from './testing/surfaces.ts'
