/** For a `Select` or `MultiSelect` with more options than fit: the list itself scrolls, as assistive technology expects. */
export const longList = {
  withScrollArea: false,
  styles: { options: { maxHeight: 240, overflowY: 'auto' } },
} as const;
