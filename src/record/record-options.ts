import type { RecordingPackages } from './packages.js';

/** What is recorded, of what, to where. Texts are those of the command's flags. */
export interface RecordOptions {
  /** An ONNX file. */
  readonly model: string;
  /** A folder of images, one image, or a `.txt` file that lists images. */
  readonly images: string;
  /** The trace to write. Parts of what is done lie in a folder beside it until it is written. */
  readonly out: string;
  /** `HxW` or `CxHxW`, where the model leaves its input's size open. */
  readonly inputSize?: string | undefined;
  /** `imagenet`, `imagenet,order=bgr`, …, or a YAML file. Default: `unit`, values from 0 to 1. */
  readonly preprocess?: string | undefined;
  /** Masks: `4x8`, `4x8@20`, `4x8@gate:0.06`, `4x8@auto:92`; one per region size. */
  readonly drq?: readonly string[] | undefined;
  /** A YAML file of thresholds by layer. */
  readonly thresholds?: string | undefined;
  /** Region sizes whose sums are kept, so that masks can be cut when simulating. */
  readonly sums?: readonly string[] | undefined;
  /** `avg@layer3`, `1x1:w.npy@layer3`, `model:seg.onnx`, `masks:FOLDER`. */
  readonly silhouette?: string | undefined;
  /** `HxW` of the silhouettes; by default that of the layer, output or input they come from. */
  readonly silhouetteSize?: string | undefined;
  /** Of the model of `model:`; by default as `preprocess` and as the model itself says. */
  readonly segmentationPreprocess?: string | undefined;
  readonly segmentationInputSize?: string | undefined;
  /** How many images: the first ones, or with a seed that many drawn at random. */
  readonly count?: number | undefined;
  readonly seed?: string | undefined;
  /** Statistics of every layer's input. Default: true. */
  readonly statistics?: boolean | undefined;
  /** Schemes whose quality is measured against floating point: `uniform:8`, `drq:4x8`. */
  readonly quality?: readonly string[] | undefined;
  /** On how many images, the first ones of the trace. Default: 4. */
  readonly qualityImages?: number | undefined;
  /** Accuracies that you have measured: `drq:4x8=0.71`. */
  readonly accuracy?: readonly string[] | undefined;
  /** A folder for pictures: photograph, silhouette and sensitive regions of each image side by side. */
  readonly preview?: string | undefined;
  /** Told of every image that is done, those of an earlier run included. May wait for something, such as signals. */
  readonly onProgress?: ((done: number, total: number) => void | Promise<void>) | undefined;
  /** Told of layers whose quality is measured. May wait for something, such as signals. */
  readonly onMeasuring?: ((done: number, total: number) => void | Promise<void>) | undefined;
  /** Told of rows of arrays while the trace is written. */
  readonly onWriting?: ((done: number, total: number) => void) | undefined;
  /** Stops between two images; what is done is kept beside the output. */
  readonly signal?: AbortSignal | undefined;
  readonly packages?: RecordingPackages | undefined;
}
