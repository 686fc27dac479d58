import { beforeAll, describe, expect, it } from 'vitest';
import { loadAccelerator } from '../../../src/formats/load-accelerator.js';
import { disciplineFamilies } from '../../../src/machine/disciplines/registry.js';
import { isMember, memberOf } from '../../../src/machine/member.js';
import { unitFamilies } from '../../../src/machine/units/registry.js';
import { builtinNetwork } from '../../../src/network/builtin.js';
import { stallReason, stallReasons } from '../../../src/report/html/stalls.js';
import { isFit, type FitRun } from '../../../src/result.js';
import { simulate } from '../../../src/simulate.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../../src/trace/synth.js';

let runs: readonly FitRun[];
const run = (accelerator: string, scheme: string): FitRun =>
  runs.find((one) => one.accelerator === accelerator && one.scheme === scheme)!;

beforeAll(async () => {
  const network = builtinNetwork('cifar-resnet20')!;
  const names = ['drq', 'int8', 'stripes'];
  const { runs: all } = await simulate({
    network,
    accelerators: await Promise.all(names.map((name) => loadAccelerator(name))),
    schemes: ['uniform:8', 'drq', 'region:2@50,3@30,4@20'],
    trace: syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 1 }),
  });
  runs = all.filter(isFit);
});

describe('why windows wait', () => {
  it('is told with the service times, the discipline and the layers that lose most', () => {
    const waiting = run('drq', 'drq');
    const reason = stallReason(waiting)!;
    const sync = waiting.totals.cycles['sync']!;
    const share = (100 * sync) / waiting.totals.cycles['total']!;
    expect(reason).toMatch(new RegExp(`^${share.toFixed(share < 9.95 ? 1 : 0)} % of its cycles are sync: `));
    expect(reason).toContain('A step of temporal(4) takes 4 cycles for 8×8 bits, 1 cycle for 4×4 bits. ');
    expect(reason).toContain(`FIFOs of depth 4 couple neighbours, so that none gets more than 4 steps ahead`);
    const [most] = [...waiting.layers].sort((a, b) => (b.cycles['sync'] ?? 0) - (a.cycles['sync'] ?? 0));
    expect(reason).toContain(`Most is lost in ${most!.name} (`);
  });

  it('tells what waiting costs: what is spared where nobody waits, of which FIFOs of any depth spare little behind a barrier', async () => {
    const network = builtinNetwork('cifar-resnet20')!;
    const specs = ['elastic(1)', 'elastic(4)', 'elastic(64)', 'decoupled'];
    const { runs: all } = await simulate({
      network,
      accelerators: await Promise.all(
        specs.map((spec) =>
          loadAccelerator('drq', [
            { path: 'array.discipline', value: spec },
            { path: 'name', value: spec.replaceAll(/[()]/g, '') },
          ]),
        ),
      ),
      schemes: ['drq'],
      trace: syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 1 }),
    });
    const [one, four, many, free] = all.filter(isFit);
    const busy = ({ totals: { cycles } }: FitRun): number => cycles['total']! - (cycles['memory'] ?? 0);
    const spared = (own: FitRun): number => busy(own) - busy(free!);
    const share = (100 * spared(four!)) / four!.totals.cycles['total']!;
    expect(stallReason(four!)).toContain(
      `If nobody waited inside a fold, ${share.toFixed(share < 9.95 ? 1 : 0)} % of its cycles would be spared (bound). `,
    );
    expect(spared(four!)).toBeLessThan(four!.totals.cycles['sync']!);
    expect(spared(many!)).toBeGreaterThan(0.75 * spared(one!));
    expect(stallReason(four!)).toContain('Folds begin behind a barrier: each lasts as long as its slowest row works');
    const pipelined = { ...four!, machine: { ...four!.machine, folds: 'pipelined' as const } };
    expect(stallReason(pipelined)).not.toContain('barrier');
    expect(stallReason(free!)).toBeUndefined();
  });

  it('is that all levels take the same, where a run with masks does not wait', () => {
    expect(stallReason(run('drq', 'region:2@50,3@30,4@20'))).toBe(
      'No window waits for another one: a step of temporal(4) takes 1 cycle at all of its precisions (2×2, 3×3, 4×4 bits).',
    );
  });

  it('follows the machine: groups that step together', () => {
    expect(stallReason(run('stripes', 'drq'))).toMatch(/Groups of 16 windows step together/);
  });

  it('is not told of runs that do not wait, nor is there a list of none', () => {
    for (const accelerator of ['drq', 'int8', 'stripes'])
      expect(stallReason(run(accelerator, 'uniform:8'))).toBeUndefined();
    expect(stallReasons([run('int8', 'uniform:8')], String)).toBeUndefined();
    const list = stallReasons(
      [run('drq', 'drq'), run('int8', 'uniform:8')],
      ({ accelerator }) => `on ${accelerator}`,
    )!.markup;
    expect(list).toContain('<strong>on drq</strong>');
    expect(list).not.toContain('on int8');
  });
});

describe('a member of a registry', () => {
  it('is made by its name and as many numbers as it takes, and by nothing else', () => {
    expect(memberOf('elastic(7)', disciplineFamilies).fifoDepth).toBe(7);
    expect(memberOf('spatial(8,2)', unitFamilies).spec).toBe('spatial(8,2)');
    for (const spec of ['elastic', 'elastic(4,4)', 'elastic(x)', 'global(1)', 'toString', 'nothing', ''])
      expect(isMember(spec, disciplineFamilies), spec).toBe(false);
    expect(() => memberOf('elastic', disciplineFamilies)).toThrow(RangeError);
  });
});
