// Which node answered each request: a row for each node, with the numbers of the requests that came to it.

function rowOf(table, node) {
  const rows = [...table.querySelectorAll('tr[data-node]')];
  const found = rows.find((row) => row.dataset.node === node);
  if (found) return found;
  const row = rows[0].cloneNode(true); // one that this page's node does not know: on another machine
  row.dataset.node = row.querySelector('[data-node-name]').textContent = node;
  table.append(row);
  return row;
}

/** walked writes the requests of the last runs into the table. */
export function walked(runs, doors) {
  const table = document.querySelector('[data-nodes] tbody');
  if (!table) return;
  const came = {}; // numbers by door and node
  for (const [at, run] of runs.entries()) {
    for (const door of doors) {
      const { node } = run[door];
      if (!node) continue;
      rowOf(table, node);
      ((came[door] ??= {})[node] ??= []).push(at + 1);
    }
  }
  for (const cell of table.querySelectorAll('td[data-door]')) {
    cell.textContent = came[cell.dataset.door]?.[cell.parentElement.dataset.node]?.join(' ') ?? '–';
  }
}
