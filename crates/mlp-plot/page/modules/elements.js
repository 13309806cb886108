// Elements of the page.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * A line to copy, with its button.
 * @param {string} text
 * @returns {HTMLElement}
 */
export function copied(text) {
  const line = element("code", {}, [text]);
  const button = element("button", { type: "button" }, ["Copy"]);
  button.addEventListener("click", async () => {
    const all = document.createRange();
    all.selectNodeContents(line);
    const selection = window.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(all);
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Selected";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return element("div", { class: "line" }, [line, button]);
}

/**
 * A choice with its name.
 * @param {string} name
 * @param {[string, string][]} options values and their texts
 * @param {(value: string) => void} changed
 * @returns {{label: HTMLLabelElement, select: HTMLSelectElement}}
 */
export function choice(name, options, changed) {
  const select = element("select", {}, options.map(([value, text]) => element("option", { value }, [text])));
  select.addEventListener("change", () => changed(select.value));
  return { label: element("label", {}, [`${name} `, select]), select };
}
