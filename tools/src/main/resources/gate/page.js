"use strict";
// Sorts a table by the column whose heading is pressed; without scripts the tables stay as they are.
for (const table of document.querySelectorAll("table.sortable")) {
  for (const heading of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const ascending = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const column = [...heading.parentNode.children].indexOf(heading);
      // A row without figures has one wide cell instead; it goes last.
      const key = (row) => {
        const cell = row.children[column];
        if (!cell) return null;
        const value = cell.dataset.value;
        if (value === undefined) return heading.dataset.sort === "number" ? null : cell.textContent.trim();
        return Number.isNaN(Number(value)) ? null : Number(value);
      };
      const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b));
      const body = table.tBodies[0];
      const keyed = [...body.rows].map((row) => [key(row), row]);
      keyed.sort(([a], [b]) => {
        if (a === null || b === null) return (a === null) - (b === null);
        return ascending ? compare(a, b) : compare(b, a);
      });
      body.append(...keyed.map(([, row]) => row));
    });
  }
}
// A link to a folded row unfolds it.
const unfold = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && target.tagName === "DETAILS") {
    target.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", unfold);
unfold();
