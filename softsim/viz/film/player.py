"""A page that plays frames without a server and without the internet."""

from __future__ import annotations

import json
from collections.abc import Sequence

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>softsim</title>
<style>
body { margin: 0; background: #fff; color: #222; font: 14px sans-serif; }
figure { margin: 8px auto; width: min(100%, %WIDTH%px); }
canvas { width: 100%; display: block; }
nav { display: flex; gap: 10px; align-items: center; padding: 6px 4px; }
button, select { font: inherit; min-width: 5em; padding: 3px 8px; }
input { flex: 1; }
</style>
<figure>
<canvas id="film" width="%WIDTH%" height="%HEIGHT%" tabindex="0"
 aria-label="Animation of a stroke"></canvas>
<nav>
<button id="play" title="space">pause</button>
<input id="place" type="range" min="0" max="%LAST%" value="0" aria-label="place"
 title="arrow keys: one frame">
<label>speed <select id="pace">
<option value="0.25">¼</option><option value="0.5">½</option>
<option value="1" selected>1</option><option value="2">2</option></select></label>
</nav>
</figure>
<script>
"use strict";
const kind = "%KIND%", rate = %RATE%, frames = %FRAMES%;
const film = document.getElementById("film").getContext("2d");
const play = document.getElementById("play"), place = document.getElementById("place");
const pace = document.getElementById("pace");
let plays = true, at = 0, before = null, drawn = -1;
const images = frames.map(function (text) {
  const image = new Image();
  image.src = "data:image/" + kind + ";base64," + text;
  return image;
});
function draw() {
  const number = Math.floor(at) % images.length, image = images[number];
  if (number !== drawn && image.complete && image.naturalWidth > 0) {
    film.drawImage(image, 0, 0);
    drawn = number;
    place.value = number;
  }
}
function tick(now) {
  if (plays && before !== null) {
    at = (at + (now - before) / 1000 * rate * Number(pace.value)) % images.length;
  }
  before = now;
  draw();
  requestAnimationFrame(tick);
}
function toggle() {
  plays = !plays;
  play.textContent = plays ? "pause" : "play";
  play.blur();  // or the space bar would press it as well
}
function go(number) {
  if (plays) { toggle(); }
  at = (number + images.length) % images.length;
}
play.addEventListener("click", toggle);
place.addEventListener("input", function () { go(Number(place.value)); });
document.addEventListener("keydown", function (event) {
  if (event.target === pace) { return; }
  if (event.key === " ") { event.preventDefault(); toggle(); }
  if (event.key === "ArrowRight" && event.target !== place) { go(Math.floor(at) + 1); }
  if (event.key === "ArrowLeft" && event.target !== place) { go(Math.floor(at) - 1); }
});
requestAnimationFrame(tick);
</script>
</html>
"""


def page(frames: Sequence[str], kind: str, size: tuple[int, int], rate: float) -> str:
    """Return the page.

    Parameters
    ----------
    frames : sequence of str
        Pictures in base 64.
    kind : str
        Of the pictures, e.g. ``"webp"``.
    size : (int, int)
        Width and height [px].
    rate : float
        Frames per second.
    """
    values = {
        "WIDTH": str(size[0]),
        "HEIGHT": str(size[1]),
        "LAST": str(max(len(frames) - 1, 0)),
        "KIND": kind,
        "RATE": f"{rate:g}",
        "FRAMES": json.dumps(list(frames)),
    }
    text = _PAGE
    for name, value in values.items():
        text = text.replace(f"%{name}%", value)
    return text
