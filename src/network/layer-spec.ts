import type { LayerKind } from './layer.js';

/** Channels, height, width. */
export type SpecShape = readonly [number, number, number];

/** What a network's author can write; `auxiliary` layers are added by schemes. */
export type SpecKind = Exclude<LayerKind, 'auxiliary'>;

/** The reserved name of the network's own input. */
export const networkInput = 'input';

/** A layer as its author writes it; shapes follow from the graph. Sizes are integers from 1 to {@link maxSize}. */
export interface LayerSpec {
  /** Unique within the network, not empty, not `input`. */
  readonly name: string;
  readonly kind: SpecKind;
  /** Layers that this one reads, in order; default: the layer before, or `input` for the first. */
  readonly from?: readonly string[];
  /** [channels, height, width] of its input, in place of `from`, for kinds that have one input. */
  readonly input?: SpecShape;
  /** Output channels, all groups together. Required for conv2d and linear; depthwise: a multiple of its channels. */
  readonly filters?: number;
  /** Height and width of the window, or one number for both. Required for conv2d, depthwise and a pool without `global`. */
  readonly kernel?: number | readonly [number, number];
  /** Vertical, horizontal. Default 1; a pool's default is its kernel, as in PyTorch. */
  readonly stride?: number | readonly [number, number];
  /** Zeros in pixels: all sides; vertical, horizontal; or top, left, bottom, right. Default 0. */
  readonly padding?: number | readonly [number, number] | readonly [number, number, number, number];
  /** Vertical, horizontal. Default 1. */
  readonly dilation?: number | readonly [number, number];
  /** Default 1. */
  readonly groups?: number;
  /** One more parameter per filter. Default: true, or false with `batchNorm`. */
  readonly bias?: boolean;
  /** A fused batch norm: two more parameters per filter. Default false. */
  readonly batchNorm?: boolean;
  /** A pool over the whole map, to 1×1. */
  readonly global?: boolean;
  /** A pool's last partial window counts, as PyTorch's `ceil_mode`. */
  readonly ceil?: boolean;
  /** Height and width that a resize yields. */
  readonly size?: readonly [number, number];
  /** Precision that the network itself runs at: `8`, or activations and weights apart, `a8w4`. Read by `uniform:network`. */
  readonly bits?: number | string;
}

export interface NetworkSpec {
  readonly name: string;
  readonly description: string;
  readonly input: SpecShape;
  readonly layers: readonly LayerSpec[];
}

/** Every field but those that all kinds have. */
export type LayerField = Exclude<keyof LayerSpec, 'name' | 'kind' | 'from'>;

interface KindRules {
  readonly required: readonly LayerField[];
  readonly optional: readonly LayerField[];
  /** Least and most entries of `from`. */
  readonly reads: readonly [number, number];
}

const convOptions = ['input', 'stride', 'padding', 'dilation', 'bias', 'batchNorm'] as const;

/** Fields that every kind may have. */
export const commonFields: readonly LayerField[] = ['bits'];

/** What each kind must have, may have, and how many inputs it reads. */
export const kindRules: Readonly<Record<SpecKind, KindRules>> = {
  conv2d: { required: ['filters', 'kernel'], optional: [...convOptions, 'groups'], reads: [1, 1] },
  depthwise: { required: ['kernel'], optional: [...convOptions, 'filters'], reads: [1, 1] },
  linear: { required: ['filters'], optional: ['input', 'bias', 'batchNorm'], reads: [1, 1] },
  pool: { required: [], optional: ['input', 'kernel', 'stride', 'padding', 'ceil', 'global'], reads: [1, 1] },
  add: { required: [], optional: [], reads: [2, Infinity] },
  concat: { required: [], optional: [], reads: [2, Infinity] },
  multiply: { required: [], optional: [], reads: [2, 2] },
  resize: { required: ['size'], optional: ['input'], reads: [1, 1] },
};

export const specKinds = Object.keys(kindRules) as readonly SpecKind[];

/** Largest size in any dimension. */
export const maxSize = 2 ** 20;

type FieldForm = 'boolean' | 'precision' | { readonly lengths: readonly number[]; readonly least: 0 | 1 };

const scalarOrPair: FieldForm = { lengths: [1, 2], least: 1 };

/** How a field's value is written: a boolean, or integers; length 1 is the bare number, others are lists. */
export const fieldForms: Readonly<Record<LayerField, FieldForm>> = {
  input: { lengths: [3], least: 1 },
  filters: { lengths: [1], least: 1 },
  kernel: scalarOrPair,
  stride: scalarOrPair,
  padding: { lengths: [1, 2, 4], least: 0 },
  dilation: scalarOrPair,
  groups: { lengths: [1], least: 1 },
  bias: 'boolean',
  batchNorm: 'boolean',
  global: 'boolean',
  ceil: 'boolean',
  size: { lengths: [2], least: 1 },
  bits: 'precision',
};

export const layerFields = Object.keys(fieldForms) as readonly LayerField[];

/** One thing wrong with a spec; `path` leads to it from the root: `['layers', 3, 'kernel']`. */
export interface SpecProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
  readonly hint?: string;
}

/** Collects what is wrong with one layer; `path` starts at the layer: `['kernel']`. */
export type ReportProblem = (path: readonly (string | number)[], problem: Omit<SpecProblem, 'path'>) => void;
