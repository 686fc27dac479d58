import type { Precision } from '../../core/precision.js';
import { fitting, type Fit } from '../../core/unfit.js';
import { windowGeometry, type WindowGeometry } from '../geometry.js';
import type { MappingChoice } from './choice.js';
import { pinnedMapping, type MappingPin } from './pinned.js';
import type { MappingRequest } from './request.js';
import { searchMapping } from './search.js';
import { sumBitsOf, widestOf } from './shape.js';
import { tilingOf, type Tiling } from './tiling.js';

/** How a layer passes through the buffers. It depends on shapes alone: all images of a scheme share it. */
export interface Mapping {
  readonly geometry: WindowGeometry;
  readonly batch: number;
  /** Bits of a partial sum: no product of the widest operands, and no sum of a window's, overflows it. */
  readonly sumBits: number;
  readonly widest: Precision;
  readonly tiling: Tiling;
  readonly choice: MappingChoice;
}

/** The mapping of a layer: the one that is pinned, or else the best one; or why there is none. */
export function mapLayer(request: MappingRequest, pin?: MappingPin): Fit<Mapping> {
  const found = pin === undefined ? searchMapping(request) : pinnedMapping(request, pin);
  if (!found.fits) return found;
  const { choice } = found.value;
  const { layer, accelerator, levels, batch } = request;
  const geometry = windowGeometry(layer);
  const widest = widestOf(levels);
  return fitting({
    geometry,
    batch,
    sumBits: sumBitsOf(widest, geometry.windowSize),
    widest,
    tiling: tilingOf(geometry, accelerator.array, layer, batch, choice.tiles),
    choice,
  });
}
