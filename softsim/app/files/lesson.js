// A lesson: a slider between solved cases; the arithmetic is that of lessons/interpolation.py.

function weightsAt(place, count) {
  const size = Math.min(count, 4);
  const first = Math.min(Math.max(Math.floor(place) - 1, 0), count - size);
  const found = Array(size).fill(1);
  for (let k = 0; k < size; k++) {
    for (let j = 0; j < size; j++) if (j !== k) found[k] *= (place - first - j) / (k - j);
  }
  return { first, found };
}

// What lies between the cases of a table.
function between(table, place) {
  const { first, found } = weightsAt(place, table.length);
  return table[0].map((_, i) => found.reduce(
    (sum, weight, k) => sum + weight * table[first + k][i], 0));
}

function valueAt(axis, place) {
  const share = place / (axis.count - 1);
  return axis.is_log ? axis.low * (axis.high / axis.low) ** share
    : axis.low + (axis.high - axis.low) * share;
}

function withUnit(value, unit) {
  return unit === "%" ? `${spelled(value)} %` : `${spelled(value)} ${unit}`.trim();
}

function drawLayers(lesson, lines, tool, regions, size) {
  const { along, half, top, bottom } = lesson.section;
  const plot = frame("section through tissue and tool", size,
    { label: "along the stroke [mm]", low: -half, high: half },
    { label: "depth [mm]", low: top, high: bottom, down: true });
  const picture = inFrame(plot), count = along.length;
  const points = (k) => along.map((x, i) => [plot.px(x), plot.py(lines[k * count + i])]);
  let free = -1e9;
  lesson.layers.forEach((layer, k) => {
    const band = points(k).concat(points(k + 1).reverse());
    picture.append(make("path", { d: `${pathOf(band)}Z`, fill: layer.colour, stroke: INK,
      "stroke-width": 0.8 }));
  });
  const closed = (values) => {
    const outline = [];
    for (let i = 0; i < values.length; i += 2) {
      outline.push([plot.px(values[i]), plot.py(values[i + 1])]);
    }
    return `${pathOf(outline)}Z`;
  };
  for (const region of regions) {
    picture.append(make("path", { d: closed(region), fill: "#5a3d7a", "fill-opacity": 0.35,
      stroke: INK, "stroke-width": 1.4, "stroke-dasharray": "5 3" }));
  }
  picture.append(make("path", { d: closed(tool), fill: "#c9ced6", stroke: INK,
    "stroke-width": 1.6 }));
  lesson.layers.forEach((layer, k) => {
    const low = plot.py(lines[k * count + 2]);
    const foot = Math.min(plot.py(lines[(k + 1) * count + 2]), plot.inner.bottom);
    const place = Math.max((low + foot) / 2 + 4, free + 15);
    if (place > foot + 9) return;
    free = place;
    picture.append(textAt(plot.inner.left + 6, place, layer.name, { stroke: "#fff",
      "stroke-width": 3, "paint-order": "stroke" }));
  });
  plot.root.insertBefore(picture, plot.front);
  return plot.root;
}

class Lesson {
  constructor(lesson) {
    this.lesson = lesson;
    this.place = (lesson.axis.count - 1) / 2;
    document.getElementById("controls").append(this.slider(lesson.axis));
    this.update();
  }

  slider(axis) {
    const id = "slider";
    const box = element("input", { type: "range", id, min: 0, max: axis.count - 1,
      step: (axis.count - 1) / 100 });
    box.value = this.place;
    const told = element("output", { for: id });
    const show = () => {
      this.place = Number(box.value);
      const text = withUnit(valueAt(axis, this.place), axis.unit);
      told.textContent = text;
      box.setAttribute("aria-valuetext", text);
    };
    box.addEventListener("input", () => { show(); this.update(); });
    show();
    return element("div", { class: "control" }, element("label", { for: id }, axis.label), told,
      box);
  }

  curve(name) {
    return between(this.lesson.cases[name], this.place);
  }

  update() {
    const lesson = this.lesson, pictures = [];
    const add = (node, title) => pictures.push(element("figure", {}, node,
      element("figcaption", {}, title)));
    const isNarrow = document.documentElement.clientWidth < 560;
    const size = isNarrow ? { width: 400, height: 300 } : { width: 600, height: 420 };
    if (lesson.section) {
      const regions = lesson.regions.map((name) => this.curve(`region ${name}`));
      const told = regions.length ? `The section; dashed: ${lesson.regions.join(", ")}`
        : "The section";
      add(drawLayers(lesson, this.curve("lines"), this.curve("tool"), regions, size), told);
    }
    for (const label of [...new Set(lesson.profiles.map((profile) => profile.label))]) {
      const own = lesson.profiles.filter((profile) => profile.label === label);
      const lines = own.map((profile) => ({ name: profile.name,
        values: this.curve(profile.curve) }));
      const most = Math.max(...own.map((profile) => profile.most));
      add(drawProfiles(lesson.layers, lesson.depth, lines, label, most, size), label);
    }
    document.getElementById("pictures").replaceChildren(...pictures);
    const numbers = this.curve("numbers");
    document.getElementById("numbers").replaceChildren(drawNumbers(lesson.numbers.map(
      (number, k) => ({ name: number.label, value: withUnit(numbers[k], number.unit),
        error: "" }))));
    const nearest = lesson.cautions[Math.round(this.place)];
    document.getElementById("cautions").replaceChildren(...nearest.map(
      (text) => element("li", {}, text)));
  }
}

new Lesson(JSON.parse(document.getElementById("lesson").textContent));
