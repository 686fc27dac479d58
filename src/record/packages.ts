/**
 * Packages that only recording needs: they are loaded when something is recorded, and need not be installed otherwise, not even for
 * their types.
 */
export interface RecordingPackages {
  /** The module `onnxruntime-node`, which runs models. */
  readonly runtime: () => Promise<unknown>;
  /** The function `sharp`, which decodes and resizes images. */
  readonly images: () => Promise<unknown>;
}

export const installedPackages: RecordingPackages = {
  runtime: () => import('onnxruntime-node'),
  images: async () => (await import('sharp')).default,
};
