import { checkPassword } from '@plinth/platform/client'
import { Check, Circle, X } from 'lucide-react'
import classes from './auth-frame.module.css'

interface Values {
  readonly name: string
  readonly email: string
  readonly password: string
}

export function isPasswordGood({ password, ...owner }: Values): boolean {
  return checkPassword(password, owner).every(({ isMet }) => isMet)
}

/**
 * The password rule under its field, by the function with which the server decides. How long it has
 * to be shows always; the other parts only while they are broken, so that the rule stays short.
 */
export function PasswordChecks({ id, values }: { readonly id: string; readonly values: Values }) {
  const { password, ...owner } = values
  const isTyped = password !== ''
  const checks = checkPassword(password, owner).filter(
    (check) => check.id === 'length' || (isTyped && !check.isMet),
  )
  return (
    <ul id={id} className={classes.checks} aria-label="Password rule">
      {checks.map((check) => {
        const state = !isTyped ? 'asked' : check.isMet ? 'met' : 'broken'
        const { icon: Icon, words } = states[state]
        return (
          <li key={check.id} data-state={state}>
            <Icon size={12} aria-hidden="true" />
            <span>
              {check.message.charAt(0).toUpperCase() + check.message.slice(1)}
              <span className={classes.hidden}>{words}</span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}

const states = {
  asked: { icon: Circle, words: '' },
  met: { icon: Check, words: ' (met)' },
  broken: { icon: X, words: ' (not met)' },
} as const
