import type { Problem } from '../core/errors.js';
import type { ArrayConfig } from './accelerator.js';

/** A combination of fields that does not exist, at the field that would have to change. */
function problem(field: string, value: string, message: string, expected: string): Problem {
  return { where: field, message, expected, received: value };
}

function disciplineProblems({ dataflow, discipline }: ArrayConfig): Problem[] {
  const { name, sums } = dataflow;
  const reason =
    sums === 'pass' && typeof discipline.passing === 'string'
      ? discipline.passing
      : sums === 'reduce'
        ? discipline.notReduce
        : undefined;
  if (reason === undefined) return [];
  const expected = sums === 'pass' ? 'decoupled, elastic(D) or global' : 'decoupled, global or lockstep(1)';
  return [problem('discipline', discipline.spec, `does not exist with dataflow ${name}: ${reason}`, expected)];
}

/** What of an array's fields cannot be together; `where` names the field. */
export function arrayProblems(array: ArrayConfig): Problem[] {
  const { dataflow, unit, order, folds, drain, foldOverhead, im2col } = array;
  const { name, sums } = dataflow;
  const problems = disciplineProblems(array);
  const stays = sums === 'stay';
  if (sums === 'reduce' && unit.notReduce !== undefined)
    problems.push(
      problem('unit', unit.spec, `does not work with dataflow reduce: ${unit.notReduce}`, 'another unit or dataflow'),
    );
  if (folds === 'pipelined' && !stays)
    problems.push(
      problem(
        'folds',
        folds,
        `steps run on only where every PE has a second accumulator for its outputs, and with dataflow ${name} none stay in a PE`,
        'barrier, or dataflow os',
      ),
    );
  if (drain === 'serial' && !stays)
    problems.push(
      problem(
        'drain',
        drain,
        `with dataflow ${name} results leave at the last row as they are done`,
        'overlapped, or dataflow os',
      ),
    );
  if (folds === 'pipelined' && drain === 'serial')
    problems.push(
      problem(
        'drain',
        drain,
        'results would shift through accumulators that pipelined folds already use',
        'overlapped, or folds barrier',
      ),
    );
  if (folds === 'pipelined' && foldOverhead > 0)
    problems.push(
      problem('foldOverhead', String(foldOverhead), 'nothing comes between pipelined folds', '0, or folds barrier'),
    );
  if (order.sideBySide && dataflow.windows === 'time')
    problems.push(
      problem(
        'order',
        order.name,
        `with dataflow ${name} no windows are side by side that a block could fill`,
        'raster or sorted, or dataflow os or is',
      ),
    );
  if (im2col !== 'none' && sums !== 'reduce')
    problems.push(
      problem(
        'im2col',
        im2col,
        `only a reduce array works tap by tap; ${name} takes all taps of a window anyway`,
        'none, or dataflow reduce',
      ),
    );
  return problems;
}
