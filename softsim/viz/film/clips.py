"""Files of animations: GIF, one HTML page, and video by ffmpeg; each appears when it is whole."""

from __future__ import annotations

import base64
import importlib
import io
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, features

from softsim.errors import InputError
from softsim.output_files import draft_of, refuse_ending, refuse_missing_folder
from softsim.viz.film.player import page

Pixels = NDArray[np.uint8]

ENDINGS = (".gif", ".html", ".mp4")
_COLOURS = 255  # of a GIF; one more is transparent
_EXACT = 24  # most frequent ones, which a GIF has exactly


class ClipWriter(ABC):
    """What takes the frames of a clip and writes them to a path."""

    frames_per_second: float

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self, samples: Sequence[Pixels]) -> None:  # noqa: B027  # most kinds need not
        """Look at some frames before the first one."""

    @abstractmethod
    def add(self, pixels: Pixels) -> None:
        """Take a frame."""

    @abstractmethod
    def finish(self) -> None:
        """Write the file."""


@contextmanager
def clip_writer(path: Path) -> Iterator[ClipWriter]:
    """Open a clip by the ending of its name.

    Parameters
    ----------
    path : Path
        NAME.gif, NAME.html or NAME.mp4.

    Raises
    ------
    InputError
        Another ending, a place that cannot be written, or no ffmpeg for a video.
    """
    refuse_ending(path, ENDINGS, "animation")
    refuse_missing_folder(path)
    with draft_of(path) as draft:
        draft.touch()
        kinds: dict[str, Any] = {".gif": _Gif, ".html": _Html, ".mp4": _Video}
        writer: ClipWriter = kinds[path.suffix](draft)
        yield writer
        writer.finish()


class _Gif(ClipWriter):
    """A GIF that repeats, every frame in the same colours."""

    frames_per_second = 12.5

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.frames: list[Image.Image] = []
        self.palette: Image.Image | None = None

    def prepare(self, samples: Sequence[Pixels]) -> None:
        """Choose the colours: gradients count by their colours, not by their area."""
        pixels = np.concatenate([picture.reshape(-1, 3) for picture in samples])
        colours, counts = np.unique(pixels, axis=0, return_counts=True)
        coarse = np.unique(colours & 0xF8, axis=0)
        frequent = np.repeat(colours[np.argsort(counts)[-_EXACT:]], coarse.shape[0] // 50 + 1, 0)
        together = Image.fromarray(np.concatenate([coarse, frequent])[None])
        self.palette = together.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT)

    def add(self, pixels: Pixels) -> None:
        image = Image.fromarray(pixels)
        self.frames.append(image.quantize(palette=self.palette, dither=Image.Dither.NONE))

    def finish(self) -> None:
        first, *others = self.frames
        options = {"duration": round(1000.0 / self.frames_per_second), "loop": 0, "optimize": False}
        first.save(self.path, format="GIF", save_all=True, append_images=others, **options)


class _Html(ClipWriter):
    """One page with its frames inside and a player."""

    frames_per_second = 20.0

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.frames: list[str] = []
        self.size = (0, 0)
        self.kind = "webp" if features.check("webp") else "jpeg"

    def add(self, pixels: Pixels) -> None:
        image = Image.fromarray(pixels)
        self.size = image.size
        stream = io.BytesIO()
        options: dict[str, Any] = {"method": 1} if self.kind == "webp" else {}
        image.save(stream, format=self.kind, quality=70, **options)
        self.frames.append(base64.b64encode(stream.getvalue()).decode("ascii"))

    def finish(self) -> None:
        text = page(self.frames, self.kind, self.size, self.frames_per_second)
        self.path.write_text(text, encoding="utf-8")


class _Video(ClipWriter):
    """A video by ffmpeg."""

    frames_per_second = 25.0

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.program = _ffmpeg()
        self.process: subprocess.Popen[bytes] | None = None

    def add(self, pixels: Pixels) -> None:
        """Take a frame; both sides are made even, as video wants them."""
        height, width = (side - side % 2 for side in pixels.shape[:2])
        if self.process is None:
            self.process = self._start(width, height)
        assert self.process.stdin is not None
        self.process.stdin.write(np.ascontiguousarray(pixels[:height, :width]).tobytes())

    def _start(self, width: int, height: int) -> subprocess.Popen[bytes]:
        given = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}")
        made = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-movflags", "+faststart")
        rate = f"{self.frames_per_second:g}"
        quiet = ("-loglevel", "error", "-y")
        return subprocess.Popen(
            [self.program, *quiet, *given, "-r", rate, "-i", "-", *made, str(self.path)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def finish(self) -> None:
        if self.process is None:
            return
        _, told = self.process.communicate()
        if self.process.returncode:
            reason = " ".join(told.decode(errors="replace").split())[:80]
            raise InputError(f"ffmpeg did not write the video ({reason}); take NAME.html or .gif")


def _ffmpeg() -> str:
    """Return the path of ffmpeg, of the system or of the package imageio-ffmpeg."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise InputError(
            "a video needs ffmpeg, which is not installed; install it (or pip install "
            "'softsim[video]'), or take NAME.html or NAME.gif"
        ) from None
