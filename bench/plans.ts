// Reads what PostgreSQL's auto_explain wrote: the plan of each statement, as it really ran.

/** A node of a plan, as EXPLAIN (FORMAT JSON) gives it. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Schema?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

export interface RanPlan {
  readonly query: string
  readonly root: PlanNode
  readonly milliseconds: number
}

const entryStart = /duration: ([\d.]+) ms {2}plan:\n/g

/** All plans in a piece of the server's log. Each is JSON whose lines are indented by a tab. */
export function readPlans(log: string): RanPlan[] {
  return [...log.matchAll(entryStart)].map((match) => {
    const rest = log.slice(match.index + match[0].length)
    const end = rest.search(/\n(?!\t)/)
    const text = (end < 0 ? rest : rest.slice(0, end)).replaceAll(/^\t/gm, '')
    const { 'Query Text': query, Plan: root } = JSON.parse(text) as {
      readonly 'Query Text': string
      readonly Plan: PlanNode
    }
    return { query: query.replaceAll(/\s+/g, ' ').trim(), root, milliseconds: Number(match[1]) }
  })
}

/** All nodes of a plan with their depth, the outermost first. */
export function* nodesOf(root: PlanNode, depth = 0): Generator<readonly [PlanNode, number]> {
  yield [root, depth]
  for (const child of root.Plans ?? []) yield* nodesOf(child, depth + 1)
}

/** The tables that a plan reads from one end to the other. */
export function scannedWhole({ root }: RanPlan): string[] {
  return [...nodesOf(root)]
    .map(([node]) => node)
    .filter((node) => node['Node Type'].endsWith('Seq Scan'))
    .map((node) => `${node.Schema ?? '?'}.${node['Relation Name'] ?? '?'}`)
}

/** A plan as indented lines: what is done, where, by which index, how many rows. */
export function planLines({ root }: RanPlan): string[] {
  // A Result only works something out, such as who the caller is.
  const nodes = [...nodesOf(root)].filter(([node]) => node['Node Type'] !== 'Result')
  return nodes.map(([node, depth]) => {
    const where = node['Relation Name'] ? ` on ${node['Relation Name']}` : ''
    const by = node['Index Name'] ? ` by ${node['Index Name']}` : ''
    const removed = node['Rows Removed by Filter']
    const filtered = removed ? `, ${removed} filtered away` : ''
    const indent = '  '.repeat(depth + 2)
    return `${indent}${node['Node Type']}${where}${by}: ${node['Actual Rows'] ?? 0} rows${filtered}`
  })
}
