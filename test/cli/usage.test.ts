import { describe, expect, test } from 'vitest';
import { flags } from '../../src/cli/program.js';
import { version } from '../../src/version.js';
import { silhouette, small } from './command-line.js';

async function misuse(...args: string[]): Promise<string> {
  const { code, out, error } = await silhouette(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(error).not.toMatch(/^\s+at |is a bug/m);
  expect(error).toMatch(/--help shows what there is\.\n$/);
  return error;
}

describe('a wrong command line ends with 2 and', () => {
  test('says what a mistyped flag may have meant, even where that flag is the missing one', async () => {
    const said = await misuse('simulate', '--network', 'vgg16', '--accelerator', 'int8', '--shceme', 'uniform:8');
    expect(said).toContain('Unknown flag: --shceme; did you mean --scheme?');
    expect(said).toContain('Missing: --scheme');
    expect(await misuse('simulate', ...small, '--imges=2')).toContain('--imges; did you mean --images?');
  });

  test('says what a mistyped command may have meant', async () => {
    expect(await misuse('simulat', ...small)).toContain('simulat; did you mean simulate?');
    expect(await misuse('trace', 'sinth')).toContain('sinth; did you mean synth?');
  });

  test('names an unknown flag that is near nothing as it was typed', async () => {
    expect(await misuse('simulate', ...small, '--no-such')).toContain('Unknown flag: --no-such\n');
    expect(await misuse('simulate', ...small, '-x', '3')).toContain('Unknown flag: -x\n');
    expect(await misuse('simulate', ...small, '--set.x=3')).toContain('Unknown flag: --set.x\n');
  });

  test('refuses a flag of another command', async () => {
    expect(await misuse('networks', '--scheme', 'drq')).toContain('scheme');
  });

  test('names every missing flag', async () => {
    expect(await misuse('simulate')).toContain('Missing: --network, --accelerator, --scheme');
    expect(await misuse('trace', 'synth', '--network', 'vgg16')).toContain('Missing: --out');
    expect(await misuse('validate')).toContain('An argument is missing');
  });

  test('names the flag that has no value', async () => {
    expect(await misuse('simulate', ...small, '--out')).toContain('--out needs a value');
    expect(await misuse('simulate', '--scheme', ...small)).toContain('--scheme needs a value');
  });

  test('refuses a flag that is given twice and takes one value', async () => {
    expect(await misuse('simulate', ...small, '--network', 'vgg16')).toContain(
      '--network is given more than once: cifar-resnet20, vgg16',
    );
    expect(await misuse('simulate', ...small, '--per-image', 'a', '--per-image', 'b')).toContain('--per-image');
  });

  test('asks for a command', async () => {
    expect(await misuse()).toContain('A command is missing: simulate, record, networks');
    expect(await misuse('trace')).toContain('trace needs one of: info, synth');
  });

  test('refuses an argument too many', async () => {
    expect(await misuse('simulate', 'a.npz', 'b.npz', ...small)).toContain('b.npz');
  });

  test('points to the help of the command', async () => {
    expect(await misuse('trace', 'synth')).toContain('silhouette trace synth --help');
  });
});

describe('help', () => {
  const commands = [
    ['simulate'],
    ['explain'],
    ['plot'],
    ['compare'],
    ['breakeven'],
    ['networks'],
    ['accelerators'],
    ['trace'],
    ['trace', 'info'],
    ['trace', 'synth'],
    ['trace-array'],
    ['record'],
  ];

  test('lists the commands and what exit codes mean', async () => {
    const { code, out, error } = await silhouette(['--help']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    for (const command of [
      'simulate',
      'explain',
      'breakeven',
      'networks',
      'accelerators',
      'trace',
      'validate',
      'completion',
    ])
      expect(out).toContain(`silhouette ${command}`);
    expect(out).toContain('Exit codes: 0 fine, 1');
  });

  test.each(commands.filter((command) => command.join(' ') !== 'trace').map((command) => [command.join(' ')]))(
    'of %s shows an example',
    async (command) => {
      const { code, out } = await silhouette([...command.split(' '), '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(/Examples:\n\s+silhouette /);
    },
  );

  test('shows only flags that suggestions know, and all of them', async () => {
    const shown = new Set<string>();
    for (const command of [...commands, ['validate']]) {
      const { out } = await silhouette([...command, '--help']);
      for (const [, flag] of out.matchAll(/^ .*?--([a-z-]+) {2}/gm)) shown.add(flag!);
    }
    expect([...shown].sort()).toEqual(flags.filter((flag) => flag.length > 1).sort());
  });

  test('is the same in every language', async () => {
    const before = process.env['LC_ALL'];
    process.env['LC_ALL'] = 'de_DE.UTF-8';
    try {
      expect(await misuse('simulate')).toContain('Missing: --network');
    } finally {
      if (before === undefined) delete process.env['LC_ALL'];
      else process.env['LC_ALL'] = before;
    }
  });
});

test('the version is the package’s', async () => {
  expect(await silhouette(['--version'])).toEqual({ code: 0, out: `${version}\n`, error: '' });
});

test('completion is a script for the shell', async () => {
  const { code, out } = await silhouette(['completion']);
  expect(code).toBe(0);
  expect(out).toContain('begin-silhouette-completions');
});
