export const revisions = ['2025-11-25', '2026-07-28'] as const
export type Revision = (typeof revisions)[number]

/**
 * What the official conformance suite asks and Plinth does not offer, with the reason. A key is a
 * scenario, or `scenario:check` where the rest of the scenario applies and passes.
 *
 * The suite is made for a server built for it, with prompts, resources and tools of given names.
 * Plinth serves the operations of its apps as tools and nothing else.
 */
type Exceptions = Readonly<Record<string, string>>

const noPrompts = 'Plinth offers tools only: it declares no prompts.'
const noResources = 'Plinth offers tools only: it declares no resources.'
const noCompletions = 'There are no prompts and resources whose arguments could be completed.'
const noLogging = 'Plinth keeps its log to itself: it declares no logging.'
const fixtureTool = 'It calls a tool that only the suite’s own server has.'
const noSampling = 'No tool asks the client’s model.'
const noElicitation = 'No tool asks the person through the client.'
const noMoreInput = 'No tool asks the client for more input during a call.'
const noTasksExtension = 'Plinth does not offer the optional tasks extension (SEP-2663).'

const inBoth: Exceptions = {
  'completion-complete': noCompletions,
  'tools-call-simple-text': fixtureTool,
  'tools-call-image': fixtureTool,
  'tools-call-audio': fixtureTool,
  'tools-call-embedded-resource': fixtureTool,
  'tools-call-mixed-content': fixtureTool,
  'tools-call-error': fixtureTool,
  'tools-call-with-progress': fixtureTool,
  'resources-list': noResources,
  'resources-read-text': noResources,
  'resources-read-binary': noResources,
  'resources-templates-read': noResources,
  'prompts-list': noPrompts,
  'prompts-get-simple': noPrompts,
  'prompts-get-with-args': noPrompts,
  'prompts-get-embedded-resource': noPrompts,
  'prompts-get-with-image': noPrompts,
  'json-schema-2020-12': fixtureTool,
}

export const notApplicable: Readonly<Record<Revision, Exceptions>> = {
  '2025-11-25': {
    ...inBoth,
    'logging-set-level': noLogging,
    'tools-call-with-logging': noLogging,
    'tools-call-sampling': noSampling,
    'tools-call-elicitation': noElicitation,
    'elicitation-sep1034-defaults': noElicitation,
    'elicitation-sep1330-enums': noElicitation,
    'resources-subscribe': noResources,
    'resources-unsubscribe': noResources,
  },
  '2026-07-28': {
    ...inBoth,
    'server-stateless:sep-2575-server-rejects-undeclared-capability': fixtureTool,
    'server-stateless:sep-2575-missing-capability-http-400': fixtureTool,
    'server-stateless:sep-2575-http-server-no-independent-requests-on-stream': fixtureTool,
    'server-stateless:sep-2575-server-no-log-without-loglevel': fixtureTool,
    'caching:sep-2549-prompts-list-caching-hints': noPrompts,
    'caching:sep-2549-resources-list-caching-hints': noResources,
    'caching:sep-2549-resources-templates-list-caching-hints': noResources,
    'input-required-result-basic-elicitation': noMoreInput,
    'input-required-result-basic-sampling': noMoreInput,
    'input-required-result-basic-list-roots': noMoreInput,
    'input-required-result-request-state': noMoreInput,
    'input-required-result-multiple-input-requests': noMoreInput,
    'input-required-result-multi-round': noMoreInput,
    'input-required-result-non-tool-request': noPrompts,
    'input-required-result-result-type': noMoreInput,
    'input-required-result-tampered-state': noMoreInput,
    'input-required-result-capability-check': noMoreInput,
    'http-custom-header-server-validation':
      'No tool takes an argument from a header (x-mcp-header).',
    'tasks-lifecycle': noTasksExtension,
    'tasks-capability-negotiation': noTasksExtension,
    'tasks-wire-fields': noTasksExtension,
    'tasks-request-state-removal': noTasksExtension,
    'tasks-mrtr-input': noTasksExtension,
    'tasks-request-headers': noTasksExtension,
    'tasks-dispatch-and-envelope': noTasksExtension,
    'tasks-required-task-error': noTasksExtension,
    'tasks-mrtr-composition': noTasksExtension,
  },
}

/**
 * The key under which a failed check is excused, or undefined. What the server sent must fit the
 * protocol's schema in every scenario, so that check is never excused.
 */
export function exceptionFor(
  revision: Revision,
  failed: { readonly scenario: string; readonly check: string },
): string | undefined {
  if (failed.check === 'wire-schema-valid') return undefined
  const keys = [failed.scenario, `${failed.scenario}:${failed.check}`]
  return keys.find((key) => key in notApplicable[revision])
}
