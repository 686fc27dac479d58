import { readFile } from 'node:fs/promises';
import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataLocation as Location, type ModelProto } from 'onnx-buf';
import type { InferenceSession } from 'onnxruntime-node';
import { SilhouetteError } from '../core/errors.js';
import { dtypeOf } from '../formats/onnx/dtype.js';
import { locateExternal } from '../formats/onnx/external-data.js';
import { mostModelBytes, type OnnxModel } from '../formats/onnx/model-file.js';
import { loadRuntime } from './load-packages.js';
import { installedPackages, type RecordingPackages } from './packages.js';
import { decoded, encoded, inputTypes, type RunTensor } from './run-values.js';

export type { RunTensor } from './run-values.js';

/** A model that is ready to run. */
export interface Runner {
  /**
   * Runs it once.
   * @param feeds every input by name
   * @param where what is run, for messages: `image cat.jpg`
   * @returns the wanted tensors by name
   * @throws SilhouetteError where the runtime fails, or a wanted tensor holds no numbers
   */
  run(feeds: ReadonlyMap<string, RunTensor>, where: string): Promise<ReadonlyMap<string, RunTensor>>;
  close(): Promise<void>;
}

/** Of a model, what is run: the message may be changed, weights of files beside `source` are found from there. */
export type RunnableModel = Pick<OnnxModel, 'source' | 'proto'>;

/**
 * Makes a model ready to run so that any of its tensors can be seen: those that are wanted become its outputs, in place of its own, and
 * what none of them needs is not computed. Nothing is written to disk; files of external data are read into memory.
 *
 * @param outputs names of tensors; an input among them is handed back as it was fed
 * @throws SilhouetteError where the runtime is not installed, external data are missing, or the runtime refuses the model
 */
export async function openRunner(
  model: RunnableModel,
  outputs: readonly string[],
  packages: RecordingPackages = installedPackages,
): Promise<Runner> {
  const { source, proto } = model;
  const runtime = await loadRuntime(packages);
  const inputs = inputTypesOf(proto, source);
  const computed = [...new Set(outputs)].filter((name) => !inputs.has(name));
  const bytes = encodedModel(proto, computed, source);
  const externalData = await externalFiles(proto, source);
  let session: InferenceSession | undefined;
  try {
    if (computed.length > 0)
      session = await runtime.InferenceSession.create(bytes, {
        executionProviders: ['cpu'],
        // The runtime would print warnings.
        logSeverityLevel: 3,
        ...(externalData.length > 0 && { externalData }),
      });
  } catch (error) {
    throw refused(source, 'the runtime cannot load this model', error);
  }
  return {
    async run(feeds, where) {
      const found = new Map<string, RunTensor>();
      for (const name of outputs) if (inputs.has(name)) found.set(name, feeds.get(name)!);
      if (session === undefined) return found;
      const given = [...feeds]
        // An input that no wanted tensor needs may have been dropped.
        .filter(([name]) => session.inputNames.includes(name))
        .map(([name, { dims, values }]) => {
          const [type, data] = encoded(values, inputs.get(name)!);
          return [name, new runtime.Tensor(type, data, dims)] as const;
        });
      let results: InferenceSession.ReturnType;
      try {
        results = await session.run(Object.fromEntries(given), computed);
      } catch (error) {
        throw refused(where, 'the runtime cannot run the model', error);
      }
      for (const name of computed) {
        const { type, data, dims } = results[name]!;
        const values = decoded(type, data);
        if (values === undefined)
          throw new SilhouetteError({ where: `${where}: tensor ${name}`, message: 'holds no numbers', received: type });
        found.set(name, { dims, values });
      }
      return found;
    },
    close: async () => session?.release(),
  };
}

function refused(where: string, message: string, error: unknown): SilhouetteError {
  const received = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 400);
  return new SilhouetteError({ where, message, received });
}

/** Types of what has to be fed, by name. */
function inputTypesOf({ graph }: ModelProto, source: string): ReadonlyMap<string, string> {
  const carried = new Set(graph!.initializer.map(({ name }) => name));
  const inputs = graph!.input.filter(({ name }) => !carried.has(name));
  return new Map(
    inputs.map(({ name, type }) => {
      const dtype = dtypeOf(type?.value.case === 'tensorType' ? type.value.value.elemType : 0).name;
      if (inputTypes.includes(dtype)) return [name, dtype];
      throw new SilhouetteError({
        where: `${source}: input ${name}`,
        message: 'takes elements of a type that images are not written as',
        expected: inputTypes.join(', '),
        received: dtype,
      });
    }),
  );
}

/** The model with other outputs. Their types and shapes are left to the runtime, which infers them. */
function encodedModel(proto: ModelProto, outputs: readonly string[], source: string): Uint8Array {
  const graph = {
    ...proto.graph!,
    output: outputs.map((name) => ({
      $typeName: 'onnx.ValueInfoProto' as const,
      name,
      docString: '',
      metadataProps: [],
    })),
  };
  const tooLarge = (received: string): SilhouetteError =>
    new SilhouetteError({
      where: source,
      message: 'the model is too large to be given to the runtime',
      expected: `at most ${String(mostModelBytes)} bytes`,
      received,
      hint: 'Save the model with external data: the weights then lie in a file of their own',
    });
  let bytes: Uint8Array;
  try {
    bytes = toBinary(ModelProtoSchema, { ...proto, graph });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(error.message);
    throw error;
  }
  if (bytes.length > mostModelBytes) throw tooLarge(`${String(bytes.length)} bytes`);
  return bytes;
}

/** Files beside the model, as the runtime takes them. */
async function externalFiles({ graph }: ModelProto, source: string): Promise<{ path: string; data: Uint8Array }[]> {
  const paths = new Map<string, string>();
  for (const { name, dataLocation, externalData } of graph!.initializer) {
    if (dataLocation !== Location.EXTERNAL) continue;
    const location = externalData.find(({ key }) => key === 'location')?.value ?? '';
    if (!paths.has(location)) paths.set(location, locateExternal(location, source, `${source}: tensor ${name}`));
  }
  const files: { path: string; data: Uint8Array }[] = [];
  for (const [path, file] of paths) {
    try {
      files.push({ path, data: await readFile(file) });
    } catch (error) {
      throw refused(file, 'the file of external data is not readable', error);
    }
  }
  return files;
}
