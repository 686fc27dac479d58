import type { AttributeProto } from 'onnx-buf';
import type { OnnxTensor } from './tensor.js';
import { tensorOf } from './tensor.js';

/** What a node says beside its inputs. Every getter gives undefined where the attribute is not there. */
export interface OnnxAttributes {
  readonly names: readonly string[];
  integer(name: string): number | undefined;
  integers(name: string): readonly number[] | undefined;
  float(name: string): number | undefined;
  floats(name: string): readonly number[] | undefined;
  text(name: string): string | undefined;
  tensor(name: string): OnnxTensor | undefined;
}

/** Values of a list that are read: no attribute has one per element of a map, and a mangled file must not take for ever. */
const mostValues = 4096;

/**
 * Attributes of a node. Types are taken from what is asked: a list that is missing in a file of the wrong type is empty,
 * and then the one who asks finds the wrong length.
 */
export function attributesOf(protos: readonly AttributeProto[], source: string): OnnxAttributes {
  const found = new Map(protos.map((proto) => [proto.name, proto]));
  const get = <T>(name: string, read: (proto: AttributeProto) => T): T | undefined => {
    const proto = found.get(name);
    return proto === undefined ? undefined : read(proto);
  };
  return {
    names: [...found.keys()],
    integer: (name) => get(name, ({ i }) => Number(i)),
    integers: (name) => get(name, ({ ints }) => ints.slice(0, mostValues).map(Number)),
    float: (name) => get(name, ({ f }) => f),
    floats: (name) => get(name, ({ floats }) => floats.slice(0, mostValues)),
    text: (name) => get(name, ({ s }) => new TextDecoder().decode(s)),
    tensor: (name) => get(name, ({ t }) => (t === undefined ? undefined : tensorOf(t, source))),
  };
}
