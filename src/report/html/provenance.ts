import { isFit, type ConstantResult, type FitRun, type Result, type Run } from '../../result.js';
import { namesAmong } from './verdict.js';
import { html, type Html } from './markup.js';
import { listElement, tableElement } from './table.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const statuses = ['assumed', 'scaled', 'published', 'measured'] as const;

function constants(run: FitRun, nameOf: (run: Run) => string): Html {
  const rows = [...run.constants]
    .sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status) || b.share - a.share)
    .map(
      ({ name, value, unit, status, uncertainty, share, node, source, conditions }: ConstantResult) =>
        html`<tr>
          <th scope="row">${name}</th>
          <td class="text">${status}</td>
          <td data-value="${value}">${Number(value.toPrecision(5))} ${unit}</td>
          <td data-value="${share}">${percent(share)}</td>
          <td data-value="${uncertainty}">±${percent(uncertainty)}</td>
          <td class="text">${node}</td>
          <td class="text wide">${source}${conditions === '' ? '' : `; ${conditions}`}</td>
        </tr> `,
    );
  const counts = statuses
    .map((status) => [status, run.constants.filter((one) => one.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${String(count)} ${status}`);
  const label = `Constants of ${nameOf(run)}`;
  const table = tableElement({
    caption: `${label}. A share is that of the energy that the constant is a factor of.`,
    label,
    head: ['constant', 'status', 'value', 'share', 'uncertainty', 'node', 'source'],
    text: [1, 5, 6],
    rows,
  });
  return html`<details><summary>${label}: ${counts.join(', ')}</summary>${table}</details>`;
}

/** What the numbers were made from, and what they rest on. */
export function provenance({ manifest, tool, runs }: Result, baseline: string): Html {
  const fit = runs.filter(isFit);
  const nameOf = namesAmong(runs);
  const { inputs, overrides, seed } = manifest;
  const rows = inputs.map(
    ({ path, sha256 }) =>
      html`<tr>
        <th scope="row">${path}</th>
        <td class="text"><code>${sha256}</code></td>
      </tr> `,
  );
  const files = tableElement({
    caption: 'Input files and their SHA-256',
    head: ['file', 'SHA-256'],
    text: [1],
    rows,
    sortable: false,
  });
  const ran = html`<p>${fit.map((run) => `${nameOf(run)}: ${String(run.images)} images, batch ${String(run.batch)}, masks ${run.masks}`).join('; ')}.</p>`;
  return html`${fit.length === 0 ? undefined : ran}
    <p>Silhouette ${tool.version}${seed === null ? '' : `, seed ${seed}`}. Ratios are to ${baseline}${baseline.includes('/') ? '' : ' on the same machine'}.</p>
    ${inputs.length === 0 ? undefined : files} ${listElement('Set on machines by --set', overrides)}
    ${listElement(
      'Warnings',
      fit.flatMap((run) => run.warnings.map((text) => `${nameOf(run)}: ${text}`)),
    )}
    ${listElement('Assumed', [...new Set(fit.flatMap((run) => run.assumptions))])}
    ${fit.length === 0 ? undefined : html`<h3>What energy and area are products of</h3>`}
    ${fit.map((run) => constants(run, nameOf))}`;
}
