import type { LimitState } from '../../limits/limiter.ts'

/**
 * A limit as clients read it: by the fields of draft-ietf-httpapi-ratelimit-headers-10, and by the
 * older X-RateLimit names, which most clients know. All times are whole seconds, rounded up.
 */
export function limitHeaders(state: LimitState): Record<string, string> {
  const remaining = String(Math.max(0, Math.floor(state.remaining)))
  const reset = String(Math.ceil(state.resetSeconds))
  return {
    'ratelimit-policy': `"${state.name}";q=${state.count};w=${state.seconds}`,
    ratelimit: `"${state.name}";r=${remaining};t=${reset}`,
    'x-ratelimit-limit': String(state.count),
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': reset,
  }
}
