import { Anchor, type AnchorProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

interface PlainLinkProps
  extends AnchorProps,
    Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> {
  readonly ref?: Ref<HTMLAnchorElement>
}

/** A link inside a sentence. It is underlined: colour alone would not tell it from the text. */
export const TextLink = createLink((props: PlainLinkProps) => (
  <Anchor underline="always" {...props} />
))
