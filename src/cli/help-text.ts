/** Columns that help is laid out for, where a terminal has as many. */
export const helpWidth = 110;

/** What `silhouette --help` prints, as laid out by yargs: `WRITE=1 npx vitest run test/cli/start.test.ts` writes it. */
export const helpText = `silhouette <command>

Cycle-level cost of CNN inference where precision changes from pixel to pixel.

Commands:
  silhouette completion                Print a script for shell completion
  silhouette simulate [trace]          What inference costs: every scheme on every machine
  silhouette record <model> <photos>   Record a trace of your own model on your own images
  silhouette explain <file> [figure]   How a figure of a result came about, term by term
  silhouette plot <files..>            Draw charts of results (docs/charts.md)
  silhouette report <results..>        A page to look at, made of results
  silhouette compare <before> <after>  What changed from one result to another
  silhouette breakeven                 The share of high-bit pixels at which drq or region costs as much as
                                       uniform
  silhouette networks [name]           List the built-in networks, or show the layers of one (a name or a
                                       file)
  silhouette accelerators [name]       List the built-in machines, or print the file of one, to copy and
                                       change
  silhouette trace                     Look at a trace, or make a synthetic one
  silhouette trace-array               Watch a small array work, cycle by cycle, on a random layer
  silhouette validate <file>           Check a trace (.npz), network (.yaml, .csv, .onnx), accelerator (.yaml)
                                       or result (.json), and report every problem

Options:
      --version  Show version number                                                                 [boolean]
  -h, --help     Show help                                                                           [boolean]

Exit codes: 0 fine, 1 the input is at fault, 2 the command line is at fault, 70 our bug.
`;
