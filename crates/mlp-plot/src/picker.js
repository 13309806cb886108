// A click on a cell of a map tells what it is and how to train it again.
document.querySelectorAll("figure[data-cells]").forEach(function (figure) {
  var data = JSON.parse(figure.dataset.cells), picture = figure.querySelector("svg"), line = figure.querySelector("pre");
  function find(edges, at) { return edges.findIndex(function (edge) { return edge[0] <= at && at < edge[1]; }); }
  picture.style.cursor = "crosshair";
  picture.addEventListener("click", function (event) {
    var box = picture.getBoundingClientRect();
    var x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    data.areas.forEach(function (area, index) {
      var column = find(area.columns, x), row = find(area.rows, y);
      if (column < 0 || row < 0) { return; }
      var net = (index * data.per_area + row * data.per_row + column) * data.seeds, last = net + data.seeds - 1;
      line.textContent = "# " + data.facets[index] + data.x + " = " + data.columns[column] + ", " + data.y + " = " + data.rows[row] +
        (data.seeds > 1 ? " (networks " + net + " to " + last + ", one a seed)" : "") + "\n" + data.command + " " + net;
    });
  });
});
