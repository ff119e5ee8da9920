/** A request that may hide another one. */
export interface Framing {
  /** What is special about it, in words. */
  readonly what: string
  readonly bytes: string
  /** The code it is refused with, or `done`. */
  readonly outcome: string
}

export const done = 'done'

const json = 'Content-Type: application/json\r\n'
export const outer = '{"title":"outer"}'
/** How a body is sent as a single chunk: its length in hexadecimal, itself, and the last chunk. */
const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

/** A request that adds a task. `lines` are where it is sent to, and the credential. */
export const addTask = (lines: string, headers: string, body: string) =>
  `POST /api/v1/tasks HTTP/1.1\r\n${lines}${json}${headers}\r\n${body}`

/** The request that must not be taken for one. */
export const hiddenIn = (lines: string) =>
  addTask(lines, 'Content-Length: 20\r\n', '{"title":"smuggled"}')

const lengths: readonly (readonly [string, string])[] = [
  ['two lengths', 'Content-Length: 17\r\nContent-Length: 18'],
  ['the same length twice', 'Content-Length: 17\r\nContent-Length: 17'],
  ['a list of lengths', 'Content-Length: 17, 17'],
  ['a negative length', 'Content-Length: -17'],
  ['a length with a plus', 'Content-Length: +17'],
  ['a length in hexadecimal', 'Content-Length: 0x11'],
  ['a length with a blank in it', 'Content-Length: 1 7'],
  ['a length past all numbers', 'Content-Length: 18446744073709551633'],
  ['an empty length', 'Content-Length:'],
  ['a blank between name and colon of a length', 'Content-Length : 17'],
  ['a folded header before the length', 'X-Folded: a\r\n b\r\nContent-Length: 17'],
  ['a folded length', 'Content-Length:\r\n 17'],
  ['a carriage return alone before the length', 'X-Bare: a\rContent-Length: 17'],
  ['a line feed alone before the length', 'X-Bare: a\nContent-Length: 17'],
  ['a NUL in the name of the length', 'Content-Length\0: 17'],
  ['a line without a colon', 'Content-Length: 17\r\nnonsense'],
]

const codings: readonly (readonly [string, string])[] = [
  ['no chunks in the end', 'Transfer-Encoding: chunked, identity'],
  ['chunks under another coding', 'Transfer-Encoding: gzip, chunked'],
  ['chunks behind nothing', 'Transfer-Encoding: identity, chunked'],
  ['chunks behind a comma', 'Transfer-Encoding: , chunked'],
  ['chunks twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
  ['chunks, and then none', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'],
  ['a coding that looks like chunks', 'Transfer-Encoding: xchunked'],
  ['chunks in quotes', 'Transfer-Encoding: "chunked"'],
  ['chunks with a parameter', 'Transfer-Encoding: chunked;q=1'],
  ['chunks behind a vertical tab', 'Transfer-Encoding: \u000bchunked'],
  ['chunks before a tab', 'Transfer-Encoding: chunked\t'],
  ['chunks behind a NUL', 'Transfer-Encoding: \0chunked'],
  ['a blank between name and colon of the coding', 'Transfer-Encoding : chunked'],
  ['a folded coding', 'Transfer-Encoding:\r\n chunked'],
  ['a coding that is not named', 'Transfer-Encoding:\r\nContent-Length: 17'],
  ['the coding that is none', 'Transfer-Encoding: identity\r\nContent-Length: 17'],
]

/** How the first chunk begins, of which the content is `outer`: seventeen bytes. */
const chunkSizes: readonly (readonly [string, string])[] = [
  ['a chunk with a negative size', '-11\r\n'],
  ['a chunk with a plus', '+11\r\n'],
  ['a chunk with 0x', '0x11\r\n'],
  ['a chunk with a blank behind its size', '11 \r\n'],
  ['a chunk with a blank before its size', ' 11\r\n'],
  ['a chunk without a size', '\r\n'],
  ['a chunk past all numbers, whose rest is its size', '10000000000000011\r\n'],
  ['a chunk that ends its size with a line feed', '11\n'],
  ['a chunk that ends its extension with a line feed', '11;a\n'],
  ['a chunk with an extension that is a line', '11;a="\r\n'],
  ['a chunk with an extension of twenty kilobytes', `11;${'a'.repeat(20_000)}\r\n`],
  ['a chunk that is shorter than it says', '13\r\n'],
  ['a chunk that is longer than it says', '10\r\n'],
]

/** Each could be understood in two ways. Behind each, or in it, stands the hidden request. */
export function doubtfulFramings(lines: string): readonly Framing[] {
  const hidden = hiddenIn(lines)
  const add = (headers: string, body: string) => addTask(lines, headers, body + hidden)
  const inChunks = 'Transfer-Encoding: chunked\r\n'
  const all: readonly (readonly [string, string])[] = [
    [
      'a length, and chunks that are longer',
      add(`Content-Length: 4\r\n${inChunks}`, chunked(outer)),
    ],
    [
      'a length that holds the hidden request, and chunks that end before it',
      add(`Content-Length: ${5 + hidden.length}\r\n${inChunks}`, '0\r\n\r\n'),
    ],
    ['chunks, and a length behind them', add(`${inChunks}Content-Length: 4\r\n`, chunked(outer))],
    ...lengths.map(([what, header]) => [what, add(`${header}\r\n`, outer)] as const),
    ...codings.map(([what, header]) => [what, add(`${header}\r\n`, chunked(outer))] as const),
    ...chunkSizes.map(
      ([what, size]) => [what, add(inChunks, `${size}${outer}\r\n0\r\n\r\n`)] as const,
    ),
    [
      'chunks with a length among the trailers',
      add(inChunks, `11\r\n${outer}\r\n0\r\nContent-Length: 3\r\n\r\n`),
    ],
    [
      'line feeds alone all over',
      addTask(lines, 'Content-Length: 17\r\n', '').replaceAll('\r\n', '\n') + outer + hidden,
    ],
    [
      'headers that end with a line feed alone',
      addTask(lines, 'Content-Length: 17\r\n', '').replace(/\r\n$/, '\n') + outer + hidden,
    ],
    [
      'chunks over HTTP/1.0, which has none',
      add(`Connection: keep-alive\r\n${inChunks}`, chunked(outer)).replace('HTTP/1.1', 'HTTP/1.0'),
    ],
  ]
  return all.map(([what, bytes]) => ({ what, bytes, outcome: 'BAD_REQUEST' }))
}

/** The first line of a request that has the hidden one for its body, and what becomes of it. */
const carriers: readonly (readonly [string, string, string])[] = [
  ['a read that has a body', 'GET /api/v1/tasks', done],
  ['the health of the server, asked with a body', 'GET /health', done],
  ['the address of everything, asked with a body', 'GET /', done],
  ['a question for methods', 'OPTIONS /api/v1/tasks', 'UNSUPPORTED_MEDIA_TYPE'],
  ['a call of which nobody knows the type', 'POST /api/v1/tasks', 'UNSUPPORTED_MEDIA_TYPE'],
  ['MCP without a type', 'POST /mcp', 'UNSUPPORTED_MEDIA_TYPE'],
  ['an address that does not exist', 'POST /nowhere', 'ROUTE_NOT_FOUND'],
  ['a method that is not taken', 'PUT /api/v1/tasks', 'METHOD_NOT_ALLOWED'],
  ['an address that cannot be read', 'POST /api/v1/%zz', 'BAD_REQUEST'],
  ['an address that is too long', `POST /${'x'.repeat(9_000)}`, 'URI_TOO_LONG'],
]

/** How a body is announced that is the hidden request, `<n>` being its length. */
const announcements: readonly (readonly [string, string, string])[] = [
  ['what should be JSON', 'Content-Length: <n>', 'INVALID_JSON'],
  ['what was expected', 'Expect: 100-continue\r\nContent-Length: <n>', 'INVALID_JSON'],
  ['what expects a miracle', 'Expect: a-miracle\r\nContent-Length: <n>', 'INVALID_JSON'],
  ['a length with zeros before it', 'Content-Length: 000000<n>', 'INVALID_JSON'],
  ['a length beside its like', 'Content_Length: 0\r\nContent-Length: <n>', 'INVALID_JSON'],
  ['a page', 'Content-Type: text/html\r\nContent-Length: <n>', 'UNSUPPORTED_MEDIA_TYPE'],
]

/** How chunks are announced in more words than one. */
const chunkings: readonly (readonly [string, string])[] = [
  ['chunks with a tab before their name', 'Transfer-Encoding:\tchunked'],
  ['chunks with a blank behind their name', 'Transfer-Encoding: chunked '],
  ['chunks in capitals', 'TRANSFER-ENCODING: CHUNKED'],
  ['chunks beside their like', 'Transfer_Encoding: x\r\nTransfer-Encoding: chunked'],
]

/** Each has one meaning only. The hidden request is in the body, whatever becomes of the body. */
export function clearFramings(lines: string): readonly Framing[] {
  const hidden = hiddenIn(lines)
  const length = `Content-Length: ${hidden.length}\r\n\r\n`
  const size = hidden.length.toString(16)
  const inChunks = 'Transfer-Encoding: chunked\r\n'
  const chunks = (first: string) => addTask(lines, inChunks, `${first}\r\n${hidden}\r\n0\r\n\r\n`)
  const post = 'POST /api/v1/tasks HTTP/1.1\r\n'
  const all: readonly (readonly [string, string, string])[] = [
    ...carriers.map(
      ([what, first, outcome]) =>
        [what, `${first} HTTP/1.1\r\n${lines}${length}${hidden}`, outcome] as const,
    ),
    [
      'a read in chunks',
      `GET /api/v1/tasks HTTP/1.1\r\n${lines}${inChunks}\r\n${chunked(hidden)}`,
      done,
    ],
    [
      'MCP by nobody, who is not listened to',
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${json}${length}${hidden}`,
      'UNAUTHENTICATED',
    ],
    [
      'a request to another host',
      `${post}Host: elsewhere.example\r\n${length}${hidden}`,
      'HOST_NOT_ALLOWED',
    ],
    ['a request to no host', `${post}${length}${hidden}`, 'BAD_REQUEST'],
    ...announcements.map(
      ([what, header, outcome]) =>
        [
          what,
          addTask(lines, `${header.replace('<n>', String(hidden.length))}\r\n`, hidden),
          outcome,
        ] as const,
    ),
    ...chunkings.map(
      ([what, header]) =>
        [what, addTask(lines, `${header}\r\n`, chunked(hidden)), 'INVALID_JSON'] as const,
    ),
    ['a chunk with extensions', chunks(`${size};a=b;c="d"`), 'INVALID_JSON'],
    ['a chunk with zeros before its size', chunks(`000000000000000000${size}`), 'INVALID_JSON'],
    ['a chunk with its size in capitals', chunks(size.toUpperCase()), 'INVALID_JSON'],
    [
      'chunks with trailers that would be headers',
      chunks(size).replace(
        /\r\n$/,
        'Authorization: Bearer none\r\nHost: elsewhere.example\r\n\r\n',
      ),
      'INVALID_JSON',
    ],
  ]
  return all.map(([what, bytes, outcome]) => ({ what, bytes, outcome }))
}

/** Of each only the beginning comes. The hidden request is in it. */
export function unfinishedFramings(lines: string): readonly Framing[] {
  const hidden = hiddenIn(lines)
  const chunk = (size: string) =>
    addTask(lines, 'Transfer-Encoding: chunked\r\n', `${size}\r\n${hidden}`)
  const all = [
    ['a length', addTask(lines, `Content-Length: ${hidden.length + 1}\r\n`, hidden)],
    ['a chunk of two gigabytes', chunk('7FFFFFFF')],
    ['a chunk of half of all numbers', chunk('7FFFFFFFFFFFFFFF')],
    ['a chunk of more than half of all numbers', chunk('FFFFFFFFFFFFFFFE')],
  ] as const
  return all.map(([what, bytes]) => ({ what, bytes, outcome: 'BAD_REQUEST' }))
}
