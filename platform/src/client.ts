/**
 * What a browser, or a script on any runtime with `fetch`, may use: the typed client, its problems,
 * and the password rule, so that a form says the same as the server. Nothing here needs Node.
 */
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  type ContractTypes,
  createClient,
  type OperationTypes,
  type RouteTable,
} from './client/create-client.ts'
export { PlinthProblem, type ProblemFacts, type ProblemField } from './client/problem.ts'
export type { ClientRoute } from './client/request.ts'
export { checkPassword, type PasswordCheck, type PasswordOwner } from './identity/password-rule.ts'
