const hidden = '[hidden]'
const shownMax = 80

/**
 * A value as it may be shown on a terminal. Of a secret only an address without its password and
 * its query is shown; of anything else, what looks like a password in an address is hidden.
 */
export function maskValue(text: string, { secret }: { readonly secret: boolean }): string {
  const url = URL.parse(text)
  if (secret && (!url || url.host === '' || url.pathname.includes('@'))) return hidden
  if (secret && url) {
    const login = url.username === '' ? '' : `${url.username}:${hidden}@`
    return printable(`${url.protocol}//${login}${url.host}${url.pathname}`)
  }
  return printable(text.replaceAll(/\/\/[^\s,]*@/g, `//${hidden}@`))
}

/** Keeps a value from moving the cursor or filling the screen. */
function printable(text: string): string {
  const visible = text.replaceAll(/[^\P{C}]/gu, '?')
  return visible.length > shownMax ? `${visible.slice(0, shownMax - 1)}…` : visible
}
