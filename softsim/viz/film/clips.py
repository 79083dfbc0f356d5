"""Files of animations: GIF, one HTML page, and video by ffmpeg; each appears when it is whole."""

from __future__ import annotations

import base64
import importlib
import io
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, features

from softsim.errors import InputError, shown
from softsim.viz.film.player import page

Pixels = NDArray[np.uint8]

ENDINGS = (".gif", ".html", ".mp4")
_COLOURS = 255  # of a GIF; one more is transparent
_EXACT = 24  # most frequent ones, which a GIF has exactly


class ClipWriter(Protocol):
    """What takes the frames of a clip."""

    frames_per_second: float

    def prepare(self, samples: Sequence[Pixels]) -> None: ...  # noqa: D102
    def add(self, pixels: Pixels) -> None: ...  # noqa: D102
    def finish(self) -> None: ...  # noqa: D102


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
    kinds: dict[str, Any] = {".gif": _Gif, ".html": _Html, ".mp4": _Video}
    if path.suffix not in kinds:
        raise InputError(
            f"animation {shown(str(path))} must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        )
    if not path.resolve().parent.is_dir():
        raise InputError(
            f"folder {shown(str(path.resolve().parent))} does not exist; create it or choose "
            "another place"
        )
    target = path.resolve()
    draft = target.with_name(f".softsim.{os.getpid()}.tmp{path.suffix}")
    try:
        writer = kinds[path.suffix](draft)
        yield writer
        writer.finish()
        draft.replace(target)
    except OSError as error:
        raise InputError(
            f"{shown(str(path))} cannot be written ({error.strerror or error}); make room or "
            "choose another place"
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


class _Gif:
    """A GIF that repeats, every frame in the same colours."""

    frames_per_second = 12.5

    def __init__(self, path: Path) -> None:
        path.touch()
        self.path = path
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
        """Take a frame."""
        image = Image.fromarray(pixels)
        self.frames.append(image.quantize(palette=self.palette, dither=Image.Dither.NONE))

    def finish(self) -> None:
        """Write the file."""
        first, *others = self.frames
        first.save(
            self.path,
            format="GIF",
            save_all=True,
            append_images=others,
            duration=round(1000.0 / self.frames_per_second),
            loop=0,
            optimize=False,
        )


class _Html:
    """One page with its frames inside and a player."""

    frames_per_second = 20.0

    def __init__(self, path: Path) -> None:
        path.touch()
        self.path = path
        self.frames: list[str] = []
        self.size = (0, 0)
        self.kind = "webp" if features.check("webp") else "jpeg"

    def prepare(self, samples: Sequence[Pixels]) -> None:
        """Nothing is to be prepared."""

    def add(self, pixels: Pixels) -> None:
        """Take a frame."""
        image = Image.fromarray(pixels)
        self.size = image.size
        stream = io.BytesIO()
        options: dict[str, Any] = {"method": 1} if self.kind == "webp" else {}
        image.save(stream, format=self.kind, quality=70, **options)
        self.frames.append(base64.b64encode(stream.getvalue()).decode("ascii"))

    def finish(self) -> None:
        """Write the file."""
        text = page(self.frames, self.kind, self.size, self.frames_per_second)
        self.path.write_text(text, encoding="utf-8")


class _Video:
    """A video by ffmpeg."""

    frames_per_second = 25.0

    def __init__(self, path: Path) -> None:
        self.program = _ffmpeg()
        self.path = path
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self, samples: Sequence[Pixels]) -> None:
        """Nothing is to be prepared."""

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
        """Wait for the end of the file."""
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
