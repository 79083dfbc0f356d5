// Pictures of one result, drawn as SVG without any library; the live page and the lessons share it.

const SVG_SPACE = "http://www.w3.org/2000/svg";
const INK = "#1f2328", FAINT = "#59636e", GRID = "#d1d9e0";
const FONT = 13;

function make(name, attributes = {}, ...inside) {
  const node = document.createElementNS(SVG_SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
}

function element(name, attributes = {}, ...inside) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
}

// A number for people: three digits, no power of ten.
function spelled(value) {
  if (value === null || !isFinite(value)) return "–";
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return Number(value.toFixed(Math.min(digits, 6))).toString();
}

// Round numbers between two ends.
function ticks(low, high, count) {
  const rough = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((s) => s * power).find((s) => s >= rough);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    found.push(Number((k * step).toPrecision(6)));
  }
  return found;
}

function pathOf(points) {
  let path = "", isOpen = false;
  for (const [x, y] of points) {
    if (x === null || y === null || !isFinite(x) || !isFinite(y)) { isOpen = false; continue; }
    path += `${isOpen ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`;
    isOpen = true;
  }
  return path;
}

function textAt(x, y, text, more = {}) {
  return make("text", { x, y, "font-size": FONT, fill: INK, ...more }, text);
}

// A frame with axes; returns the drawing and the places of values in it.
function frame(name, size, x, y, margin = { left: 54, right: 14, top: 12, bottom: 44 }) {
  const { width, height } = size;
  const root = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": name });
  const inner = { left: margin.left, right: width - margin.right,
    top: margin.top, bottom: height - margin.bottom };
  const shape = (axis) => axis.shape || ((value) => value);
  const share = (axis, value) => {
    const of = shape(axis);
    return (of(value) - of(axis.low)) / (of(axis.high) - of(axis.low));
  };
  const px = (value) => inner.left + share(x, value) * (inner.right - inner.left);
  const py = (value) => y.down
    ? inner.top + share(y, value) * (inner.bottom - inner.top)
    : inner.bottom - share(y, value) * (inner.bottom - inner.top);
  const back = make("g"), front = make("g");
  root.append(back, front);
  for (const value of x.ticks || ticks(x.low, x.high, 5)) {
    back.append(make("path", { d: `M${px(value)} ${inner.top}V${inner.bottom}`, stroke: GRID }));
    front.append(textAt(px(value), inner.bottom + 17, spelled(value), { "text-anchor": "middle" }));
  }
  for (const value of y.ticks || ticks(y.low, y.high, 4)) {
    back.append(make("path", { d: `M${inner.left} ${py(value)}H${inner.right}`, stroke: GRID }));
    front.append(textAt(inner.left - 6, py(value) + 4, spelled(value), { "text-anchor": "end" }));
  }
  front.append(make("path", { d: `M${inner.left} ${inner.top}V${inner.bottom}H${inner.right}`,
    fill: "none", stroke: INK }));
  front.append(textAt((inner.left + inner.right) / 2, height - 8, x.label,
    { "text-anchor": "middle" }));
  const middle = (inner.top + inner.bottom) / 2;
  front.append(textAt(14, middle, y.label,
    { "text-anchor": "middle", transform: `rotate(-90 14 ${middle})` }));
  return { root, back, front, px, py, inner };
}

// Lines of different look, so that they are told apart without colour.
const LOOKS = [
  { stroke: "#0b4f8a", "stroke-width": 2.6 },
  { stroke: "#a33c00", "stroke-width": 2.6, "stroke-dasharray": "7 4" },
  { stroke: "#3b6e1f", "stroke-width": 2.6, "stroke-dasharray": "2 3" },
];

let drawings = 0;

// A group that shows nothing outside the frame.
function inFrame(plot) {
  const clip = `frame-${++drawings}`, { left, right, top, bottom } = plot.inner;
  plot.root.append(make("clipPath", { id: clip }, make("rect", { x: left, y: top - 2,
    width: right - left, height: bottom - top + 4 })));
  return make("g", { "clip-path": `url(#${clip})` });
}

function drawLines(plot, lines) {
  const inside = inFrame(plot);
  plot.front.append(inside);
  lines.forEach((line, k) => {
    const points = line.x.map((x, i) => [x, line.y[i]])
      .map(([x, y]) => [x === null ? null : plot.px(x), y === null ? null : plot.py(y)]);
    inside.append(make("path", { d: pathOf(points), fill: "none",
      "stroke-linejoin": "round", ...LOOKS[k % LOOKS.length] }));
  });
}

// A key of the lines, in the lower right corner of a plot.
function drawKey(plot, labels) {
  labels.forEach((label, k) => {
    const y = plot.inner.bottom - 14 - 19 * (labels.length - 1 - k), right = plot.inner.right - 8;
    plot.front.append(textAt(right - 40, y + 4, label, { "text-anchor": "end",
      stroke: "#fff", "stroke-width": 4, "paint-order": "stroke" }));
    plot.front.append(make("path", { d: `M${right - 34} ${y}H${right}`, fill: "none",
      ...LOOKS[k % LOOKS.length] }));
  });
}

function largest(values) {
  return values.reduce((most, x) => (x !== null && x > most ? x : most), 0);
}

// Fields against depth over the layers; depth by its square root, so that thin layers are seen.
function drawProfiles(layers, depth, lines, label, most, size = { width: 460, height: 400 }) {
  const bottom = Math.min(layers[layers.length - 1].bottom, 40);
  const high = most || largest(lines.flatMap((line) => line.values)) || 1;
  const marks = [0, 0.5, 2, 5, 10, 20, 40].filter((z) => z <= bottom);
  const plot = frame(`${label} against depth`, size, { label, low: 0, high: 1.04 * high },
    { label: "depth [mm]", low: 0, high: bottom, down: true, shape: Math.sqrt, ticks: marks });
  let free = -1e9;
  for (const layer of layers) {
    if (layer.top >= bottom) break;
    const top = plot.py(layer.top), foot = plot.py(Math.min(layer.bottom, bottom));
    plot.back.prepend(make("rect", { x: plot.inner.left, y: top, height: foot - top,
      width: plot.inner.right - plot.inner.left, fill: layer.colour, opacity: 0.55 }));
    const place = Math.max((top + foot) / 2 + 4, free + 15);
    if (place > foot + 9) continue;
    free = place;
    plot.front.append(textAt(plot.inner.right - 6, place, layer.name, { "text-anchor": "end" }));
  }
  drawLines(plot, lines.map((line) => ({ x: line.values, y: line.depth || depth })));
  const named = lines.filter((line) => line.name);
  if (named.length > 1) drawKey(plot, named.map((line) => line.name));
  return plot.root;
}

function drawPressure(lines, window, most, size = { width: 460, height: 260 }) {
  const high = most || largest(lines.flatMap((line) => line.values)) || 1;
  const plot = frame("contact pressure along the skin", size,
    { label: "along the stroke [mm]", low: window[0], high: window[1] },
    { label: "pressure [kPa]", low: 0, high: 1.06 * high });
  drawLines(plot, lines.map((line) => ({ x: line.along, y: line.values })));
  const named = lines.filter((line) => line.name);
  if (named.length > 1) drawKey(plot, named.map((line) => line.name));
  return plot.root;
}

// Colours of a field: light where it is small, ever darker, so that grey paper shows the same.
function colourOf(table, level) {
  const k = Math.min(table.length - 1, Math.round((level / 254) * (table.length - 1)));
  return table[k];
}

// The level of a field on the scale of another one, 0 to 254.
function rescaled(level, field, scale) {
  if (field === scale) return level;
  const of = (x, one) => (one.logarithmic ? Math.log(x / one.low) / Math.log(one.high / one.low)
    : (x - one.low) / (one.high - one.low));
  const share = level / 254;
  const value = field.logarithmic ? field.low * (field.high / field.low) ** share
    : field.low + share * (field.high - field.low);
  return 254 * Math.min(1, Math.max(0, of(Math.max(value, 1e-12), scale)));
}

function rasterOf(section, field, table, scale) {
  const bytes = atob(field.levels);
  const canvas = document.createElement("canvas");
  canvas.width = section.columns;
  canvas.height = section.rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(section.columns, section.rows);
  for (let k = 0; k < bytes.length; k++) {
    const level = bytes.charCodeAt(k);
    if (level === 255) continue;
    const [red, green, blue] = colourOf(table, rescaled(level, field, scale));
    image.data.set([red, green, blue, 255], 4 * k);
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

// With `other`, the section of another result: on one scale of places and of colours with it.
function drawSection(view, name, table, size = { width: 640, height: 430 }, other = null) {
  const section = view.section, field = section.fields[name];
  const wide = other && other.window[1] > section.window[1] ? other : section;
  const [left, right, top, bottom] = wide.window;
  const scale = other && other.fields[name].high > field.high ? other.fields[name] : field;
  const margin = { left: 54, right: 92, top: 12, bottom: 44 };
  const plot = frame(`section through tissue and tool: ${field.label}`, size,
    { label: "along the stroke [mm]", low: left, high: right },
    { label: "depth [mm]", low: top, high: bottom, down: true }, margin);
  const inner = plot.inner;
  const picture = inFrame(plot);
  const [ownLeft, ownRight, ownTop, ownBottom] = section.window;
  picture.append(make("image", { href: rasterOf(section, field, table, scale),
    x: plot.px(ownLeft), y: plot.py(ownTop), width: plot.px(ownRight) - plot.px(ownLeft),
    height: plot.py(ownBottom) - plot.py(ownTop), preserveAspectRatio: "none" }));
  section.boundaries.forEach((line, k) => {
    const points = line.map((z, i) => [plot.px(section.along[i]), plot.py(z)]);
    picture.append(make("path", { d: pathOf(points), fill: "none", stroke: "#fff",
      "stroke-width": k ? 2.4 : 0 }));
    picture.append(make("path", { d: pathOf(points), fill: "none", stroke: INK,
      "stroke-width": k ? 1 : 1.8 }));
  });
  const tool = section.tool.map(([x, z]) => [plot.px(x), plot.py(z)]);
  picture.append(make("path", { d: `${pathOf(tool)}Z`, fill: "#c9ced6", stroke: INK,
    "stroke-width": 1.6 }));
  let free = -1e9;
  section.boundaries.slice(0, -1).forEach((line, k) => {
    const low = Math.max(plot.py(line[2]), inner.top);
    const foot = Math.min(plot.py(section.boundaries[k + 1][2]), inner.bottom);
    const place = Math.max((low + foot) / 2 + 4, free + 15);
    if (place > foot + 9 || foot <= low) return;
    free = place;
    picture.append(textAt(inner.left + 6, place, view.layers[k].name, { stroke: "#fff",
      "stroke-width": 4, "paint-order": "stroke" }));
  });
  picture.append(textAt(section.ahead ? inner.left + 8 : inner.right - 8, inner.top + 18,
    section.ahead ? "travel →" : "← travel", { "text-anchor": section.ahead ? "start" : "end" }));
  plot.root.insertBefore(picture, plot.front);
  drawScale(plot, scale, table);
  return plot.root;
}

function drawScale(plot, field, table) {
  const x = plot.inner.right + 12, { top, bottom } = plot.inner;
  const step = (bottom - top) / table.length;
  table.forEach(([red, green, blue], k) => {
    plot.front.append(make("rect", { x, y: bottom - (k + 1) * step, width: 16, height: step + 0.6,
      fill: `rgb(${red},${green},${blue})` }));
  });
  plot.front.append(make("rect", { x, y: top, width: 16, height: bottom - top, fill: "none",
    stroke: INK }));
  const marks = field.logarithmic
    ? [field.high, field.high / 10, field.high / 100, field.low] : ticks(field.low, field.high, 4);
  for (const value of marks) {
    const share = field.logarithmic
      ? Math.log(value / field.low) / Math.log(field.high / field.low)
      : (value - field.low) / (field.high - field.low);
    plot.front.append(textAt(x + 20, bottom - share * (bottom - top) + 4, spelled(value)));
  }
  const middle = (top + bottom) / 2, side = x + 70;
  plot.front.append(textAt(side, middle, field.label,
    { "text-anchor": "middle", transform: `rotate(-90 ${side} ${middle})` }));
}

// The numbers of a result; with those of another one, how they differ.
function drawNumbers(rows, others = null) {
  const table = element("table", { class: "numbers" });
  table.append(element("caption", {}, "Numbers of the contact"));
  for (const row of rows) {
    table.append(element("tr", {}, element("th", { scope: "row" }, row.name),
      element("td", {}, row.value), element("td", { class: "of-mesh" }, row.error)));
    const other = others && others.find((one) => one.name === row.name);
    if (other) {
      const [now, before] = [parseFloat(row.value), parseFloat(other.value)];
      const more = before ? `${now >= before ? "+" : "−"}${
        spelled(Math.abs(100 * (now / before - 1)))} %` : "";
      table.lastChild.append(element("td", {}, other.value), element("td", {}, more));
    }
  }
  return table;
}
