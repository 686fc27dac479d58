import { strFromU8 } from 'fflate';
import { expanded } from '../compressed.js';
import { copyText, element } from './dom.js';

/** What a cell is sorted by: `data-value` where it has one, its text otherwise. */
function keyOf(row: HTMLTableRowElement, column: number): number | string {
  const cell = row.cells[column]!;
  const value = cell.dataset['value'] ?? cell.textContent.trim();
  const number = Number(value);
  return value !== '' && Number.isFinite(number) ? number : value;
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === typeof b) return String(a).localeCompare(String(b), 'en');
  // Numbers before texts such as "does not fit".
  return typeof a === 'number' ? -1 : 1;
}

function sortBy(table: HTMLTableElement, column: number, heading: HTMLElement): void {
  const ascending = heading.getAttribute('aria-sort') !== 'ascending';
  for (const other of table.tHead!.querySelectorAll('th')) other.removeAttribute('aria-sort');
  heading.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
  const body = table.tBodies[0]!;
  const sign = ascending ? 1 : -1;
  body.append(...[...body.rows].sort((a, b) => sign * compare(keyOf(a, column), keyOf(b, column))));
}

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as CSV, numbers as exact as the cells know them. */
export function csvOf(table: HTMLTableElement): string {
  return [...table.rows]
    .map((row) => [...row.cells].map((cell) => csvField(cell.dataset['value'] ?? cell.textContent.trim())).join(','))
    .join('\n');
}

/** Has the tables of a class be sorted by their headings, and copied. */
export function enhanceTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
    [...table.tHead!.rows[0]!.cells].forEach((heading, column) => {
      const button = element('button', { type: 'button', class: 'sort' }, ...heading.childNodes);
      heading.replaceChildren(button);
      button.addEventListener('click', () => {
        sortBy(table, column, heading);
      });
    });
    const copy = element('button', { type: 'button' }, 'Copy as CSV');
    copy.addEventListener('click', () => void copyText(`${csvOf(table)}\n`, copy));
    (table.closest('.scroll') ?? table).after(copy);
  }
}

/** The button that copies what the page's tables leave out. */
export function enhanceCsv(): void {
  const csv = document.getElementById('every-number');
  const copy = document.getElementById('copy-every-number');
  if (csv === null || !(copy instanceof HTMLButtonElement)) return;
  copy.addEventListener('click', () => {
    void copyText(strFromU8(expanded(JSON.parse(csv.textContent) as string)), copy);
  });
}
