import classes from './wordmark.module.css'

/** A plinth: slab, die and base. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#4c51bf" />
      <path fill="#fff" d="M9 7h14v3H9zM11.5 12h9v8h-9zM8.5 22h15v3h-15z" />
    </svg>
  )
}

export function Wordmark({ size = 22 }: { readonly size?: number }) {
  return (
    <span className={classes.wordmark}>
      <Mark size={size} />
      <span>Plinth</span>
    </span>
  )
}
