/** The part of JSON Schema that says which members an answer has. */
interface Shape {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: boolean | Shape
  readonly items?: Shape | boolean
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
  readonly const?: unknown
  readonly $ref?: string
}

type Cut = (value: unknown) => unknown

const asIs: Cut = (value) => value

/**
 * Compiles a cutter: it copies of a value what the schema declares and nothing else, so that a column
 * that a query happened to select never leaves the server. One cutter serves all surfaces.
 */
export function compileCutter(schema: Shape): Cut {
  if (alternativesOf(schema)) return cutAlternatives(flatten(schema))
  if (schema.allOf || schema.$ref) {
    throw new Error('An answer is described without $ref and allOf, so that it can be cut.')
  }
  if (schema.properties) return cutObject(schema.properties)
  if (typeof schema.additionalProperties === 'object') return cutRecord(schema.additionalProperties)
  if (typeof schema.items === 'object') return cutList(schema.items)
  return asIs
}

function cutObject(properties: Readonly<Record<string, Shape>>): Cut {
  const members = Object.entries(properties).map(([name, shape]) => ({
    name,
    cut: compileCutter(shape),
  }))
  return (value) => {
    if (!isObject(value)) return value
    const result: Record<string, unknown> = {}
    for (const { name, cut } of members) {
      const member = value[name]
      if (member !== undefined) result[name] = cut === asIs ? member : cut(member)
    }
    return result
  }
}

function cutRecord(shape: Shape): Cut {
  const cut = compileCutter(shape)
  return (value) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member)]))
      : value
}

function cutList(shape: Shape): Cut {
  const cut = compileCutter(shape)
  return cut === asIs ? asIs : (value) => (Array.isArray(value) ? value.map(cut) : value)
}

const alternativesOf = (schema: Shape) => schema.anyOf ?? schema.oneOf

/** A nullable union is a union in a union. */
function flatten(schema: Shape): readonly Shape[] {
  return alternativesOf(schema)?.flatMap(flatten) ?? [schema]
}

/** Of several objects the one whose constant members fit is taken; what is no object stays. */
function cutAlternatives(shapes: readonly Shape[]): Cut {
  const objects = shapes.filter((shape) => shape.properties !== undefined)
  const compiled = objects.map((shape) => ({
    constants: Object.entries(shape.properties ?? {}).filter(
      ([, part]) => part.const !== undefined,
    ),
    cut: compileCutter(shape),
  }))
  const lists = shapes.find((shape) => typeof shape.items === 'object')
  const cutItems = lists ? compileCutter(lists) : asIs
  if (compiled.length === 0) return cutItems
  return (value) => {
    if (!isObject(value)) return cutItems(value)
    const fitting = compiled.find(({ constants }) =>
      constants.every(([name, part]) => value[name] === part.const),
    )
    // Nothing declared fits: nothing leaves.
    return fitting ? fitting.cut(value) : {}
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
