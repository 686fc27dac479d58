type Attributes = Readonly<Record<string, string | boolean>>;

/** An element with attributes (true: without a value) and children; texts are text, whatever they say. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== false) made.setAttribute(key, value === true ? '' : value);
  made.append(...children);
  return made;
}

/** The element of an id, which the page has. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

/** A box that scrolls by itself, and that a keyboard reaches. */
export function scrollBox(label: string, inside: HTMLElement): HTMLElement {
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, inside);
}

/** Puts a text on the clipboard, where a page may, and says so on the button. */
export async function copyText(text: string, button: HTMLButtonElement): Promise<void> {
  const label = button.textContent;
  const copied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  button.textContent = copied ? 'Copied' : 'Not allowed to copy here';
  setTimeout(() => {
    button.textContent = label;
  }, 1500);
}
