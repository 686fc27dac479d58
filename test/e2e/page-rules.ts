/** Rules of html-validate that pages do not follow: void elements and doctype as HTML5 has them; styles of bars and maps stand where they are made. */
export const pageRules = {
  'no-inline-style': 'off',
  'void-style': 'off',
  'long-title': 'off',
  'doctype-style': 'off',
} as const;
