import { Alert } from '@mantine/core'
import { PlinthProblem } from '@plinth/platform/client'
import { CircleAlert } from 'lucide-react'

/** Where a field's problem is shown: the field's name in the form, and its words. */
export type FieldProblems = Record<string, string>

/** The problems that belong to fields of a form; the rest is for the form as a whole. */
export function fieldProblems(error: unknown, fields: readonly string[]): FieldProblems {
  if (!(error instanceof PlinthProblem)) return {}
  if (error.code === 'EMAIL_TAKEN')
    return { email: `${error.message} ${error.nextStep ?? ''}`.trim() }
  const known = error.errors.filter(({ field }) => fields.includes(field))
  return Object.fromEntries(known.map(({ field, message }) => [field, sentence(message)]))
}

const sentence = (words: string) => `This ${words.replace(/\.$/, '')}.`

/** Says why a form was refused, in the server's words. */
export function FormProblem({ error }: { readonly error: unknown }) {
  const problem = error instanceof PlinthProblem ? error : undefined
  const wait = problem?.retryAfter ? ` Try again in ${problem.retryAfter} s.` : ''
  return (
    <Alert
      role="alert"
      color="red"
      icon={<CircleAlert size={16} aria-hidden="true" />}
      title={problem?.message ?? 'Something went wrong in this page.'}
    >
      {wait || problem?.nextStep || 'Try again; if it stays, reload the page.'}
    </Alert>
  )
}
