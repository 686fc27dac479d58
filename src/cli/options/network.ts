/** What `--network` takes. */
export const networkForms = 'Built-in network, .yaml, .onnx, or SCALE-Sim .csv';

/** `--input-size`, wherever there is a network. */
export const inputSizeOption = {
  type: 'string',
  requiresArg: true,
  describe: 'HxW or CxHxW: the image, where an ONNX model leaves its size open (docs/onnx.md)',
} as const;
