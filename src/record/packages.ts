import type * as OnnxRuntime from 'onnxruntime-node';
import type Sharp from 'sharp';
import { SilhouetteError } from '../core/errors.js';

/** Packages that only recording needs: they are loaded when something is recorded, and need not be installed otherwise. */
export interface RecordingPackages {
  /** Runs models. */
  readonly runtime: () => Promise<typeof OnnxRuntime>;
  /** Decodes and resizes images. */
  readonly images: () => Promise<typeof Sharp>;
}

export const installedPackages: RecordingPackages = {
  runtime: () => import('onnxruntime-node'),
  images: async () => (await import('sharp')).default,
};

async function loaded<T>(load: () => Promise<T>, name: string, purpose: string): Promise<T> {
  try {
    return await load();
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
