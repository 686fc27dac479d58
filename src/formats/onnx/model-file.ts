import { readFile, stat } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ModelProto } from 'onnx-buf';
import { SilhouetteError } from '../../core/errors.js';
import { graphOf, type OnnxGraph } from './graph.js';

/** A model: the graph as this library reads it, and the message it was decoded from, which can be changed and encoded again. */
export interface OnnxModel {
  /** Path, for messages and for data that lie beside the model. */
  readonly source: string;
  readonly proto: ModelProto;
  readonly graph: OnnxGraph;
}

/** Protobuf messages end here; larger models keep their weights in files beside them. */
export const mostModelBytes = 2 ** 31 - 1;

/**
 * A model from its bytes. Weights are not decoded: tensors read theirs when asked, also from files beside `source`.
 *
 * @throws SilhouetteError where the bytes are not an ONNX model, or with everything that is wrong with its graph
 */
export function decodeOnnx(bytes: Uint8Array, source: string): OnnxModel {
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new SilhouetteError({
      where: source,
      message: 'is not an ONNX model, or only a part of one',
      received: error instanceof Error ? error.message : String(error),
    });
  }
  return { source, proto, graph: graphOf(proto, source) };
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isFile())
    throw new SilhouetteError({ where: path, message: info.isDirectory() ? 'this is a folder' : 'not a file' });
  return info.size;
}

/**
 * Reads an `.onnx` file; {@link decodeOnnx}. Files of external data need not be there as long as nobody asks for their
 * tensors.
 */
export async function readOnnx(path: string): Promise<OnnxModel> {
  try {
    const size = await sizeOf(path);
    if (size <= mostModelBytes) {
      const { buffer, byteOffset, length } = await readFile(path);
      return decodeOnnx(new Uint8Array(buffer, byteOffset, length), path);
    }
    throw new SilhouetteError({
      where: path,
      message: 'the file is too large: a protobuf message cannot be read beyond 2 GiB',
      expected: `at most ${String(mostModelBytes)} bytes`,
      received: String(size),
      hint: 'Save the model with external data: the weights then lie in a file of their own',
    });
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new SilhouetteError({
      where: path,
      message: code === 'ENOENT' ? 'there is no such file' : `unreadable: ${code}`,
    });
  }
}
