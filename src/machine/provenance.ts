/** Where a field of a machine file comes from. */
export interface Provenance {
  readonly status: 'measured' | 'published' | 'scaled' | 'assumed';
  readonly note?: string;
}
