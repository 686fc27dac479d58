import type * as OnnxRuntime from 'onnxruntime-node';
import type Sharp from 'sharp';
import { SilhouetteError } from '../core/errors.js';
import type { RecordingPackages } from './packages.js';

async function loaded<T>(load: () => Promise<unknown>, name: string, purpose: string): Promise<T> {
  try {
    return (await load()) as T;
  } catch (error) {
    throw new SilhouetteError({
      where: 'record',
      message: `${purpose}, and the package ${name} cannot be loaded`,
      received: error instanceof Error ? error.message.split('\n')[0]! : String(error),
      hint: `npm install ${name}`,
    });
  }
}

/** @throws SilhouetteError that says what to install where the package is missing */
export function loadRuntime({ runtime }: RecordingPackages): Promise<typeof OnnxRuntime> {
  return loaded(runtime, 'onnxruntime-node', 'models are run by onnxruntime-node');
}

/** @throws SilhouetteError that says what to install where the package is missing */
export function loadImageDecoder({ images }: RecordingPackages): Promise<typeof Sharp> {
  return loaded(images, 'sharp', 'images are decoded by sharp');
}
