/** Keys, parted by blanks, and what they do. */
export const keys: readonly (readonly [string, string])[] = [
  ['/', 'Search on this page'],
  ['↓ j', 'Next line of a table'],
  ['↑ k', 'Line before'],
  ['Enter', 'Open the line'],
  ['x', 'Select the line'],
  ['a', 'Acknowledge what is selected'],
  ['?', 'These keys'],
]
