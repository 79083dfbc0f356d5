// The live page: controls on the left, the answer beside them.

const WAIT = 60; // between two messages to the server [ms]

function decimalOf(text) {
  const found = /^\s*([-+]?\d+(?:[.,]\d+)?)/.exec(text);
  return found ? Number(found[1].replace(",", ".")) : NaN;
}

class LivePage {
  constructor(model) {
    this.model = model;
    this.start = model.start;
    this.chosen = { ...this.start.chosen };
    this.turn = 0;
    this.boxes = {};
    this.shows = {};
    this.ofFile = null;
    this.kept = null;
    this.files = 0;
    this.timer = null;
    this.sent = 0;
    this.field = "von_mises_change";
    this.view = null;
    this.root = element("div", { class: "softsim" });
    this.root.append(element("style", {}, STYLE));
    this.build();
    model.on("change:shown", () => this.receive(model.shown));
    model.on("change:file", () => this.save(model.file));
    this.showFat();
    this.send();
  }

  build() {
    this.status = element("p", { class: "status", role: "status" }, "Preparing…");
    this.refusal = element("p", { class: "refusal", role: "alert" });
    const head = element("header", {}, element("h1", {}, "A stroke, and what the tissue answers"),
      this.status, this.refusal);
    const controls = element("section", { "aria-label": "Controls", class: "controls" });
    controls.append(this.select("site", "Site", Object.entries(this.start.sites)
      .map(([name, site]) => [name, site.label])));
    controls.append(this.select("instrument", "Tool", Object.entries(this.start.instruments)));
    for (const slider of this.start.sliders) controls.append(this.slider(slider));
    controls.append(this.select("gliding", "Loose tissue", Object.entries(this.start.gliding)));
    this.fields = element("select", { id: "field" },
      element("option", { value: "von_mises_change" }, "change of von Mises stress"),
      element("option", { value: "strain_max_shear" }, "shear strain"));
    this.fields.addEventListener("change", () => {
      this.field = this.fields.value;
      this.draw();
    });
    controls.append(element("label", { for: "field" }, "Shown"), this.fields);
    controls.append(this.opener(), this.takeAway(), this.keeper());
    this.answer = element("div", { class: "answer", "aria-busy": "true" });
    const main = element("main", {}, head, element("div", { class: "columns" }, controls,
      this.answer));
    this.root.append(main);
  }

  select(name, label, options) {
    const box = element("select", { id: name });
    this.boxes[name] = box;
    for (const [value, text] of options) box.append(element("option", { value }, text));
    box.value = this.chosen[name];
    box.addEventListener("change", () => {
      if (this.ofFile) { this.chosen[name] = box.value; this.closeFile(); }
      if (name === "site") { this.chosen.fat = ""; this.chosen.site = box.value; this.showFat(); }
      this.choose(name, box.value, box);
    });
    return element("div", { class: "control" }, element("label", { for: name }, label), box);
  }

  slider(about) {
    const { name, unit } = about;
    const range = element("input", { type: "range", id: `${name}-slider`, min: about.low,
      max: about.high, step: about.step, "aria-label": `${about.label}, slider` });
    const typed = element("input", { type: "text", id: name, autocomplete: "off",
      maxlength: 60 });
    const show = () => {
      typed.value = this.chosen[name];
      range.value = decimalOf(this.chosen[name]);
      range.setAttribute("aria-valuetext", this.chosen[name]);
    };
    range.addEventListener("input", () => {
      const value = unit ? `${Number(range.value)} ${unit}` : `${Number(range.value)}`;
      typed.value = value;
      range.setAttribute("aria-valuetext", value);
      this.choose(name, value, typed);
    });
    typed.addEventListener("change", () => {
      const value = typed.value.trim();
      const isBare = /^[-+]?\d+(\.\d+)?$/.test(value);
      typed.value = isBare && unit ? `${value} ${unit}` : value;
      this.choose(name, typed.value, typed);
      if (!isNaN(decimalOf(value))) range.value = decimalOf(value);
    });
    show();
    this.shows[name] = (value) => {
      typed.value = value;
      range.value = decimalOf(value);
      range.setAttribute("aria-valuetext", value);
    };
    if (name === "fat") this.showFat = () => {
      typed.value = `${this.start.sites[this.chosen.site].fat} mm`;
      range.value = decimalOf(typed.value);
    };
    const group = element("fieldset", { class: "control" }, element("label", { for: name },
      about.label), typed, range);
    if (name === "fat") this.fat = group;
    return group;
  }

  // A problem or a result, chosen or dropped anywhere on the page.
  opener() {
    const box = element("input", { type: "file", id: "open", accept: ".toml,.nc" });
    box.addEventListener("change", () => this.open(box.files[0], box));
    this.root.addEventListener("dragover", (event) => event.preventDefault());
    this.root.addEventListener("drop", (event) => {
      event.preventDefault();
      this.open(event.dataTransfer.files[0], box);
    });
    return element("div", { class: "control" },
      element("label", { for: "open", class: "wide" }, "Open a problem (TOML) or result (NetCDF)"),
      box);
  }

  open(file, box) {
    if (!file) return;
    this.changed = box;
    if (file.size > this.start.largest) {
      this.receive({ refused: `file '${file.name}' has ${spelled(file.size / 1e6)} MB; must have `
        + `at most ${this.start.largest / 1e6} MB (drop its problem as TOML)` });
      return;
    }
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      clearTimeout(this.timer);
      this.timer = null;
      this.answer.setAttribute("aria-busy", "true");
      this.model.dropped = { name: file.name, content: reader.result.split(",")[1] || "",
        turn: ++this.turn };
      box.value = "";
    });
    reader.readAsDataURL(file);
  }

  // What is chosen is a file's from now on; sliders change its stroke.
  opened({ name, values }) {
    this.ofFile = {};
    for (const box of [this.boxes.site, this.boxes.instrument, this.boxes.gliding]) {
      box.querySelector("[data-file]")?.remove();
      box.prepend(element("option", { value: "", "data-file": "" }, `as in ${name}`));
      box.value = "";
    }
    this.fat.disabled = true;
    for (const [key, value] of Object.entries(values)) this.shows[key](value);
  }

  closeFile() {
    this.ofFile = null;
    this.fat.disabled = false;
    for (const name of ["site", "instrument", "gliding"]) {
      this.boxes[name].querySelector("[data-file]")?.remove();
      this.boxes[name].value = this.chosen[name];
    }
    for (const key of ["force", "angle", "speed", "friction"]) this.shows[key](this.chosen[key]);
  }

  // Side by side: what is shown now is kept, drawn dashed, and compared with what comes.
  keeper() {
    this.keep = element("button", { type: "button", id: "keep" }, "Keep this to compare");
    this.keep.disabled = true;
    this.keep.addEventListener("click", () => {
      this.kept = this.kept ? null : this.view;
      this.keep.textContent = this.kept ? "Compare no more" : "Keep this to compare";
      this.draw();
    });
    return this.keep;
  }

  takeAway() {
    const row = element("div", { class: "files", role: "group", "aria-label": "Download" });
    this.buttons = [["figure", "Figure (PNG)"], ["drawing", "Figure (SVG)"],
      ["data", "Data (NetCDF)"], ["problem", "Problem (TOML)"]].map(([name, label]) => {
      const button = element("button", { type: "button", id: `get-${name}` }, label);
      button.disabled = true;
      button.addEventListener("click", () => {
        this.model.wanted = { name, count: ++this.files };
        if (name !== "problem") this.tell("Making the file…");
      });
      row.append(button);
      return button;
    });
    return row;
  }

  choose(name, value, box) {
    if (this.ofFile) this.ofFile[name] = value;
    else this.chosen[name] = value;
    this.changed = box;
    if (this.timer === null) {
      const left = Math.max(0, WAIT - (performance.now() - this.sent));
      this.timer = setTimeout(() => this.send(), left);
    }
  }

  send() {
    this.timer = null;
    this.sent = performance.now();
    this.answer.setAttribute("aria-busy", "true");
    for (const button of [...this.buttons, this.keep]) button.disabled = true;
    const chosen = this.ofFile ? { ...this.ofFile, file: "open" } : this.chosen;
    this.model.choices = { ...chosen, turn: ++this.turn };
  }

  tell(text) { this.status.textContent = text; }

  receive(shown) {
    if (shown.turn !== undefined && shown.turn !== null && shown.turn < this.turn) return;
    const told = shown.refused || shown.failed || "";
    this.refusal.textContent = told;
    for (const box of this.root.querySelectorAll("[aria-invalid]")) {
      box.removeAttribute("aria-invalid");
    }
    if (shown.refused && this.changed) this.changed.setAttribute("aria-invalid", "true");
    if (told) {
      this.tell(this.view ? "What is shown is of the choices before." : "");
      this.answer.setAttribute("aria-busy", "false");
      return;
    }
    if (shown.opened) this.opened(shown.opened);
    if (!shown.view) return;
    this.view = shown.view;
    const isDone = shown.is_last;
    this.answer.setAttribute("aria-busy", String(!isDone));
    for (const button of [...this.buttons, this.keep]) button.disabled = !isDone;
    const what = this.view.preview ? "Preview by small strain; the answer is being solved…"
      : isDone ? "Answer." : "Answer; the whole edge is being judged…";
    this.tell(what);
    this.draw();
  }

  draw() {
    if (!this.view) return;
    const view = this.view, profile = view.profile[this.field];
    const standing = element("p", { class: `standing ${view.standing.level}` },
      view.standing.text);
    const picture = (node, title) => element("figure", {}, node,
      element("figcaption", {}, title));
    const list = (items) => element("ul", {}, ...items.map((item) => element("li", {}, item)));
    const card = (title, ...inside) => element("section", { class: "card" },
      element("h2", {}, title), ...inside);
    const isNarrow = this.root.clientWidth < 560;
    const small = { width: 400, height: 330 };
    const sizes = isNarrow ? [{ width: 400, height: 300 }, small, { width: 400, height: 230 }]
      : [undefined, { width: 430, height: 480 }, { width: 640, height: 230 }];
    const rests = element("details", {}, element("summary", {},
      `What is estimated (${view.estimates.length})`), list(view.estimates));
    const kept = this.kept, names = kept ? ["now", "kept"] : [""];
    const both = kept ? [view, kept] : [view];
    const window = [Math.min(...both.map((one) => one.section.window[0])),
      Math.max(...both.map((one) => one.section.window[1]))];
    const about = [card(kept ? "Numbers, and those that are kept" : "Numbers",
      drawNumbers(view.numbers, kept && kept.numbers)),
      card("What mechanics can say about depth", list(view.depth))];
    if (view.edge) about.push(card("The whole edge", element("p", {}, view.edge)));
    if (view.cautions.length) about.push(card("Cautions", list(view.cautions)));
    about.push(card("What it rests on", element("p", {}, `${view.evidence}.`), rests));
    this.answer.replaceChildren(element("p", { class: "title" }, view.title), standing,
      element("div", { class: `pictures${view.preview ? " preview" : ""}${
        kept ? " compared" : ""}` },
        picture(drawSection(view, this.field, this.start.colours, sizes[0], kept && kept.section),
          "The section"),
        picture(drawProfiles(view.layers, view.profile.depth,
          both.map((one, k) => ({ name: names[k], depth: one.profile.depth,
            values: one.profile[this.field].values })), profile.label, null, sizes[1]), "Largest value at every depth"),
        picture(drawPressure(both.map((one, k) => ({ ...one.pressure, name: names[k] })),
          window, null, sizes[2]),
          "Pressure on the skin")),
      element("div", { class: "words" }, ...about));
    if (kept) {
      this.answer.querySelector(".title").append(` — kept: ${kept.title}`);
      this.answer.querySelector("figure").after(picture(drawSection(kept, this.field,
        this.start.colours, sizes[0], view.section), "The section that is kept"));
    }
  }

  save(file) {
    const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
    const link = element("a", { download: file.name,
      href: URL.createObjectURL(new Blob([bytes], { type: file.kind })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    this.tell(`${file.name} is made.`);
  }
}

export function render({ model }) {
  return new LivePage(model).root;
}
