import type { LivePage } from '../live/live-page.js';
import { html } from './markup.js';
import type { Section } from './page.js';

/** Where the page's script puts the simulator, hidden where no script runs; or why there is none. */
export function liveSection(live: LivePage | { readonly absent: string }): Section {
  if ('absent' in live)
    return {
      id: 'live',
      title: 'What if …',
      body: html`<p>This page does not carry the simulator: ${live.absent}.</p>`,
    };
  const { data, images, traceless } = live;
  const carried = data.trace?.info.images;
  const some =
    carried === undefined || carried === images
      ? traceless === true
        ? ' It carries no image of the trace, for one alone would be too large: schemes that read one cannot be counted here.'
        : ''
      : ` The page has room for ${String(carried)} of the ${String(images)} images.`;
  return {
    id: 'live',
    title: 'What if …',
    hidden: true,
    body: html`<p>
        Change the machine or the scheme: the simulator itself runs in this page, and counts again what the command line
        would count.${some}
      </p>
      <p id="live-link" class="problem" role="status"></p>
      <form id="live-form" aria-label="Machine and scheme"></form>
      <p id="live-busy" class="soft" hidden>Counting …</p>
      <p id="live-said" role="status" aria-live="polite"></p>
      <div id="live-out"></div>
      <p>The same on the command line:</p>
      <code id="live-command"></code>
      <p>
        <button type="button" id="live-copy-command">Copy the command</button>
        <button type="button" id="live-copy-json">Copy it as JSON for --settings</button>
        <button type="button" id="live-copy-link">Copy a link to this page</button>
      </p>`,
  };
}
