/**
 * The public API, name by name. `simulate` does what the command does; `load…`, `openTrace` and `parse…` turn names and
 * files into what it takes.
 */
export { SilhouetteError, formatProblem, type Problem } from './core/errors.js';
export type { Precision } from './core/precision.js';
export { add, quantity, type Quantity, type Unit } from './core/quantity.js';
export type { Fit, Unfit } from './core/unfit.js';
export { builtinNetwork, builtinNetworkNames } from './network/builtin.js';
export {
  isArrayLayer,
  macs,
  networkMacs,
  networkParameters,
  type ArrayLayer,
  type Layer,
  type LayerKind,
  type Network,
  type Shape,
  type VectorLayer,
} from './network/layer.js';
export { buildNetwork, type LayerSpec, type NetworkSpec } from './network/spec.js';
export type { ImageTrace, MaskArray, RegionMap, RegionSize, Silhouette, Trace, TraceInfo } from './trace/trace.js';
export { traceStatistics, type TraceStatistics } from './trace/statistics.js';
export { SYNTH_DEFAULTS, syntheticTrace, type SynthOptions } from './trace/synth.js';
export { parseScheme } from './scheme/registry.js';
export type { LayerPlan, Scheme, SchemePlan } from './scheme/scheme.js';
export type { Accelerator } from './machine/accelerator.js';
export type { LayerCounts } from './engine/counts.js';
export type { Loop, LoopOrder, MappingChoice, TileSizes } from './engine/mapping/choice.js';
export type { MappingPin } from './engine/mapping/pinned.js';
export { placeNetwork, type PlacedNetwork, type PlaceOptions } from './engine/place-network.js';
export {
  stepConvolution,
  type ReferenceArray,
  type ReferenceLayer,
  type ReferenceResult,
} from './engine/reference/convolution.js';
export { priceOf, type Price } from './cost/price.js';
export { equalBandwidth, equalBuffers, isoArea, type AreaKind, type Equalized, type Resized } from './cost/equal.js';
export {
  isFit,
  type Distribution,
  type Distributions,
  type FitRun,
  type ImageRow,
  type LayerResult,
  type Manifest,
  type Metrics,
  type Result,
  type Run,
  type Totals,
  type UnfitRun,
} from './result.js';
export { simulate, simulateImage, type Simulation } from './simulate.js';
export {
  breakEven,
  breakEvenFamilies,
  crossingOf,
  shareGrid,
  type BreakEven,
  type BreakEvenQuantity,
  type BreakEvenRequest,
  type Crossing,
  type CurvePoint,
  type LayerBreakEven,
  type SynthLook,
} from './breakeven.js';
export { builtinAcceleratorNames, loadAccelerator } from './formats/load-accelerator.js';
export { parseAccelerator } from './formats/accelerator-file.js';
export { parseOverride, type Override } from './formats/override.js';
export { loadNetwork, parseInputSize, type InputSize, type NetworkOptions } from './formats/load-network.js';
export { parseNetworkYaml, parseScaleSimTopology } from './formats/network-file.js';
export { openTrace } from './formats/trace-file.js';
export { writeSyntheticTrace } from './formats/trace-writer.js';
export { readResult } from './formats/result-file.js';
export { makeManifest, type ManifestInputs } from './formats/manifest.js';
export { recordTrace } from './record/record-trace.js';
export type { RecordedMasks, RecordedTrace } from './record/recorded-trace.js';
export type { RecordOptions } from './record/record-options.js';
export { imageCsvHead, imageCsvRow, resultCsv } from './report/csv.js';
export { comparisonTable } from './report/table.js';
export type { Chart, Charted } from './report/charts/chart.js';
export { chartNames, chartsOf, type ChartName } from './report/charts/registry.js';
export { renderChart, type Rendering } from './report/charts/render.js';
export { compareResults, type Comparison } from './report/compare/comparison.js';
export { comparisonText } from './report/compare/text.js';
export { htmlReport, type ReportInput } from './report/html/report.js';
