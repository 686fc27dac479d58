/** The indices from … to − 1. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
