import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The console's own colour: the green of a wired line that is up. */
const pine: MantineColorsTuple = [
  '#eaf6f3',
  '#d3e9e4',
  '#a6d3c9',
  '#76bbad',
  '#4fa796',
  '#2f9482',
  '#1c7f6e',
  '#0f6a5c',
  '#0a574c',
  '#06433b',
];

/** Neutrals with a breath of green; from the sixth on, each has 4.5:1 on white and on the ground of the page. */
const gray: MantineColorsTuple = [
  '#f6f8f7',
  '#edf1ef',
  '#dfe5e2',
  '#cbd4d0',
  '#a9b5b0',
  '#66736d',
  '#55625c',
  '#424e49',
  '#2e3834',
  '#1b2320',
];

const dark: MantineColorsTuple = [
  '#d3dcd8',
  '#b9c5c0',
  '#9daba5',
  '#67766f',
  '#43504a',
  '#333e39',
  '#27302c',
  '#1b2320',
  '#141a18',
  '#0d1110',
];

export const theme = createTheme({
  colors: { pine, gray, dark },
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '6px', md: '10px', lg: '16px' },
  fontFamily: "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace",
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' }, h2: { fontSize: '1.15rem' } },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // Its own colours for titles have too little contrast; the icon and the ground say what kind it is.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4, blur: 2 } } },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
  },
});

/** Mantine's own shades of these have less contrast than WCAG 2.2 AA wants. */
export const cssVariables: CSSVariablesResolver = (of) => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-error': of.colors.red[9],
    '--mantine-color-dimmed': of.colors.gray[6],
    '--mantine-color-placeholder': of.colors.gray[5],
    '--outdial-ground': of.colors.gray[0],
    '--outdial-stale': '#8a4b00',
  },
  dark: {
    '--mantine-color-error': of.colors.red[4],
    '--mantine-color-dimmed': of.colors.dark[2],
    '--mantine-color-placeholder': of.colors.dark[2],
    '--outdial-ground': of.colors.dark[8],
    '--outdial-stale': '#ffc078',
  },
});
