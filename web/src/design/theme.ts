import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core'

const iris: MantineColorsTuple = [
  '#eef0fc',
  '#dcdff7',
  '#b8bdf0',
  '#9299e8',
  '#737ce0',
  '#5f69da',
  '#4c51bf',
  '#4146a8',
  '#363b8e',
  '#2b2f74',
]

/** Warm greys, as of stone; Mantine uses them for everything that has no colour in the light. */
const gray: MantineColorsTuple = [
  '#fbfbfa',
  '#f4f4f2',
  '#eaeae7',
  '#dededa',
  '#cbcbc6',
  '#a8a8a2',
  '#6b6b66',
  '#52524e',
  '#383835',
  '#20201e',
]

/** From text (0) to the ground of the page (9), as Mantine uses them in the dark. */
const dark: MantineColorsTuple = [
  '#d9dade',
  '#b4b6bd',
  '#9a9ca5',
  '#5c5e67',
  '#3b3d44',
  '#2c2e34',
  '#222429',
  '#1b1c20',
  '#16171a',
  '#101114',
]

const systemFonts =
  "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, " +
  "'Noto Sans', sans-serif, 'Apple Color Emoji', 'Segoe UI Emoji'"

/** The one theme: dense, with small radii and one accent. */
export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 6 },
  colors: { iris, gray, dark },
  fontFamily: systemFonts,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.125rem', lineHeight: '1.4' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '999px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm', fw: 550 } },
    Tooltip: { defaultProps: { openDelay: 400, withinPortal: true, fz: 'xs' } },
    Alert: { defaultProps: { variant: 'outline' } },
    SegmentedControl: { defaultProps: { bg: 'var(--plinth-chosen)' } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    // The placeholder is no menu item, and nothing else may stand in a menu (WAI-ARIA 1.2, menu).
    Menu: { defaultProps: { shadow: 'md', width: 220, withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { shadow: 'md' } },
  },
})

/**
 * Mantine's variables where its defaults miss WCAG's contrast, and the tokens that our own styles
 * use. They are here rather than in a style sheet because Mantine writes its own at run time, later.
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--plinth-sidebar-width': '236px', '--plinth-panel-width': '440px' },
  light: {
    '--mantine-color-text': '#22221f',
    '--mantine-color-dimmed': '#66665f',
    '--mantine-color-placeholder': '#6f6f68',
    '--mantine-color-error': '#c02626',
    '--mantine-color-default-border': '#dededa',
    '--plinth-ground': '#ffffff',
    '--plinth-sidebar': '#f7f7f5',
    '--plinth-line': '#ebebe8',
    '--plinth-hover': '#f5f5f3',
    '--plinth-chosen': '#e9e9e6',
    '--plinth-control': '#8a8a84',
    '--plinth-accent-text': '#4146a8',
    '--plinth-warning-ground': '#fff3d6',
    '--plinth-warning': '#6b4200',
    '--plinth-red': '#b42318',
    '--plinth-orange': '#a34500',
    '--plinth-green': '#166534',
    '--plinth-blue': '#2b57b5',
  },
  dark: {
    '--mantine-color-text': '#e3e4e8',
    '--mantine-color-body': '#16171a',
    '--mantine-color-dimmed': '#9a9ca5',
    '--mantine-color-placeholder': '#8b8d96',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#a9b0f5',
    '--mantine-color-default': '#1f2024',
    '--mantine-color-default-border': '#34363d',
    '--plinth-ground': '#16171a',
    '--plinth-sidebar': '#101114',
    '--plinth-line': '#25262b',
    '--plinth-hover': '#1d1e22',
    '--plinth-chosen': '#26272d',
    '--plinth-control': '#74767f',
    '--plinth-accent-text': '#a9b0f5',
    '--plinth-warning-ground': '#33270f',
    '--plinth-warning': '#ffd58a',
    '--plinth-red': '#ff8787',
    '--plinth-orange': '#ffa94d',
    '--plinth-green': '#69db7c',
    '--plinth-blue': '#8fb4ff',
  },
})
