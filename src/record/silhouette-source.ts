import type { InputSize } from '../formats/onnx/input-size.js';
import type { ImportedNetwork } from '../formats/onnx/import-network.js';
import type { Silhouette } from '../trace/trace.js';
import type { ImageFile } from './image-list.js';
import type { RecordingPackages } from './packages.js';
import type { Preprocessing } from './preprocessing.js';
import type { RunTensor } from './run-values.js';

/** An image as silhouettes are made of it. */
export interface SeenImage {
  readonly file: ImageFile;
  readonly bytes: Uint8Array;
  /** For messages: `image cat.jpg`. */
  readonly where: string;
  readonly tensors: ReadonlyMap<string, RunTensor>;
}

/** Where the silhouettes of a recording come from. */
export interface SilhouetteSource {
  /** What they are, in a few words, for the trace's source. */
  readonly about: string;
  /** Everything that decides them beside the spec, by name: digests of files, settings. */
  readonly identity: Readonly<Record<string, string>>;
  /** Tensors of the recorded model that it looks at. */
  readonly tensors: readonly string[];
  /** File that a silhouette depends on beside the image. */
  fileOf(image: ImageFile): string | undefined;
  of(image: SeenImage): Promise<Silhouette>;
  close(): Promise<void>;
}

/** What silhouettes are made with. */
export interface SilhouetteSetting {
  readonly imported: ImportedNetwork;
  readonly batch: number;
  readonly images: readonly ImageFile[];
  readonly packages: RecordingPackages;
  readonly preprocessing: Preprocessing;
  /** Of a segmentation model. */
  readonly segmentation: { readonly preprocessing: Preprocessing; readonly inputSize: InputSize | undefined };
}
