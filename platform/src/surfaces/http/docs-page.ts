import { isRetryable } from '../../errors/define.ts'
import type { AnyOperation } from '../../operation/define.ts'
import { errorsOf, type KnownError } from '../../operation/refusals.ts'
import type { Registry } from '../../operation/registry.ts'

/** The page that shows the API description, by Swagger UI from our own address. */
export function docsPage(version: string): string {
  return page({
    title: 'Plinth API',
    head: '<link rel="stylesheet" href="/docs/assets/swagger-ui.css">',
    body: `<header><h1>Plinth API</h1><p>Version ${escaped(version)}.
<a href="/openapi.json">OpenAPI document</a>, <a href="/docs/errors">error codes</a>,
<a href="/llms.txt">a page for language models</a>.</p></header>
<main id="swagger-ui"></main>
<noscript><p>This page needs JavaScript; the OpenAPI document does not.</p></noscript>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/plinth.js"></script>`,
  })
}

/**
 * One entry per code, where a problem's `type` leads. Which operations answer it is said where the
 * description of the operations is public.
 */
export function errorsPage(
  registry: Registry,
  { isDocsPublic }: { readonly isDocsPublic: boolean },
): string {
  const entries = errorsOf(registry).map((known) =>
    entryOf(known, isDocsPublic ? answeredBy(known, registry) : undefined),
  )
  return page({
    title: 'Plinth API: error codes',
    head: '',
    body: `<header><h1>Error codes</h1><p>A code is a promise: it is never renamed or reused.
${isDocsPublic ? '<a href="/docs">The API</a>.' : ''}</p></header>
<main>${entries.join('\n')}</main>`,
  })
}

function entryOf({ kind }: KnownError, answering: string | undefined): string {
  const { code, status, title, when, nextStep } = kind
  const anchor = code.toLowerCase()
  const again = isRetryable(kind) ? 'may succeed' : 'is refused again'
  const lines = [
    escaped(title),
    ...(when === undefined ? [] : [escaped(when)]),
    `<strong>Next step:</strong> ${escaped(nextStep)}`,
    `<strong>Sent again later,</strong> the same call ${again}.`,
    ...(answering === undefined ? [] : [`<strong>Answered by</strong> ${escaped(answering)}.`]),
  ]
  return `<section id="${anchor}">
<h2><a href="#${anchor}">${code}</a> <small>${status}</small></h2>
${lines.map((line) => `<p>${line}</p>`).join('\n')}
</section>`
}

/** Who answers an error, in words: the names, or those that do not where that is shorter. */
export function answeredBy({ operations }: KnownError, registry: Registry): string {
  if (operations.length === 0) return 'no operation: it is refused before one is called'
  const others = registry.operations.filter((operation) => !operations.includes(operation))
  if (others.length === 0) return 'every operation'
  return others.length < operations.length
    ? `every operation but ${namesOf(others)}`
    : namesOf(operations)
}

const namesOf = (operations: readonly AnyOperation[]) =>
  operations.map(({ name }) => name).join(', ')

interface Page {
  readonly title: string
  readonly head: string
  readonly body: string
}

function page({ title, head, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
${head}
<link rel="stylesheet" href="/docs/assets/plinth.css">
</head>
<body>
${body}
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** Starts Swagger UI. It asks nobody but this server: the validator badge stays off. */
export const docsScript = `const dark = matchMedia('(prefers-color-scheme: dark)')
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', paint)
paint()
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'list',
  displayRequestDuration: true,
  validatorUrl: null,
})
`

export const docsStyle = `/* The page has its own heading; Swagger UI's would say the same a second time. */
.swagger-ui .information-container { display: none }
.swagger-ui .scheme-container { margin: 0; padding: 12px 0; box-shadow: none; background: none }
:root { color-scheme: light dark; }
body {
  margin: 0 auto;
  max-width: 75rem;
  padding: 1rem;
  font: 1rem/1.5 system-ui, sans-serif;
  color: light-dark(#1a1d21, #e6e8eb);
  background: light-dark(#fff, #16181c);
}
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 0; font: 600 1.05rem/1.5 ui-monospace, monospace; }
a { color: light-dark(#1d4ed8, #8ab4ff); }
small { color: light-dark(#5b6470, #9aa4b2); }
section {
  padding: 0.75rem 1rem;
  border-top: 1px solid light-dark(#e2e5e9, #2c3138);
  scroll-margin-top: 1rem;
}
section p { margin: 0.25rem 0; }
section:target { background: light-dark(#eef4ff, #1f2937); }
html.dark-mode { background: #16181c; }
`
