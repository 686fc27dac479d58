import type { Argv } from 'yargs';
import { SYNTH_DEFAULTS } from '../../trace/synth.js';
import { inputSizeOption, networkForms } from './network.js';

const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;
const textOr = (value: string, describe: string) => ({ ...text(describe), default: value });
const texts = (describe: string) => ({ type: 'string', array: true, requiresArg: true, describe }) as const;

/** Families that are compared where none is asked for: all (tested). */
export const defaultFamilies: readonly string[] = ['drq', 'region'];

/** What `breakeven` may be given. */
export const breakEvenOptions = (program: Argv) =>
  program
    .option('network', { ...text(networkForms), demandOption: true })
    .option('input-size', inputSizeOption)
    .option('accelerator', { ...texts('Built-in machine or .yaml; repeat for more'), demandOption: true })
    .option('family', { ...texts('drq or region; repeat for both'), default: [...defaultFamilies] })
    .option('high', textOr('8', 'Bits of important pixels: 8, a8w4'))
    .option('low', textOr('4', 'Bits of the others'))
    .option('baseline', text('Scheme without masks that costs are held against (default: uniform at the high bits)'))
    .option('quantity', textOr('cycles', 'cycles, energy or dramBits'))
    .option('grid', textOr('32', 'Shares 0, 1/N … 1 are simulated'))
    .option('fifo', text("FIFO depths, 1,4,16, instead of the machine's discipline"))
    .option('steps', text("Step orders, channel-inner,tap-inner, instead of the machine's"))
    .option('blobs', textOr(String(SYNTH_DEFAULTS.blobs), 'Important spots per image: few are coherent masks; 1,3,30'))
    .option('blob-size', textOr(String(SYNTH_DEFAULTS.blobSize), 'Their diameters, as fractions of the image side'))
    .option('region', textOr('4x8', 'Region rows × columns of drq'))
    .option('images', textOr('1', 'Images that every share is simulated on'))
    .option('seed', textOr(SYNTH_DEFAULTS.seed, 'Any text; equal seeds make equal images'))
    .option('set', { ...texts('Override a field of every machine: array.rows=64'), default: [] as string[] })
    .option('out', text('Write curves and break-evens as JSON'))
    .option('csv', text('Write break-evens as CSV'))
    .example('$0 breakeven --network resnet18 --accelerator drq', 'When DRQ and region stop being faster than INT8')
    .example('$0 breakeven --network cifar-resnet20 --accelerator drq --family drq --fifo 1,4,16', 'By FIFO depth');

/** The command line of `breakeven`. */
export type BreakEvenArguments = Awaited<ReturnType<typeof breakEvenOptions>['argv']>;
