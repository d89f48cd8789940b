/** Functions that run in the browser, and so are no TypeScript of this project, which has no DOM. */

/** What does not fit into the widget: beyond its edge, cut off, or upon another. */
export function misfits() {
  const widget = document.querySelector("#widget");
  const right = widget.getBoundingClientRect().right;
  const elements = [...widget.querySelectorAll("*")];
  const boxes = [...widget.querySelectorAll("td, th, p")].map((each) => each.getBoundingClientRect());
  const upon = (one, other) =>
    one.left < other.right - 1 &&
    other.left < one.right - 1 &&
    one.top < other.bottom - 1 &&
    other.top < one.bottom - 1;
  return {
    beyond: elements.filter((each) => each.getBoundingClientRect().right > right + 1).map((each) => each.outerHTML),
    cutOff: elements.filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1).length,
    overlaps: boxes.filter((one, index) => boxes.some((other, at) => at > index && upon(one, other))).length,
  };
}

/** Words of the table that stand in two lines, though they have no more than 14 characters. */
export function brokenWords() {
  const broken = [];
  for (const cell of document.querySelectorAll("#widget th, #widget td")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (const { 0: word, index } of walker.currentNode.data.matchAll(/(?<!\S)\S{2,14}(?!\S)/g)) {
        const range = document.createRange();
        range.setStart(walker.currentNode, index);
        range.setEnd(walker.currentNode, index + word.length);
        if (range.getClientRects().length > 1) broken.push(word);
      }
    }
  }
  return broken;
}

/** What came of a text that would be a script, were it not text. */
export function foreign() {
  return {
    title: document.title,
    elements: document.querySelectorAll("#widget script, #widget img, #widget [onerror]").length,
    text: document.querySelector("#widget").innerText,
  };
}

export function colours() {
  const texts = [...document.querySelectorAll("#widget p, #widget span, #widget td")];
  return {
    ground: getComputedStyle(document.body).backgroundColor,
    texts: [...new Set(texts.map((text) => getComputedStyle(text).color))],
  };
}
