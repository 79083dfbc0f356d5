"""Text files of the user's: UTF-8 with any line ends, parsed as TOML, or refused in a sentence."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from softsim.errors import InputError, as_heading, shown

LARGEST_FILE = 5_000_000  # [bytes]
LONGEST_NUMBER = 400
DEEPEST_TABLE = 20

_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SAVE = "save it as UTF-8 text"


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file; a byte-order mark and any line ends are allowed.

    Raises
    ------
    InputError
        The file is missing, is not text, or is not TOML; the message has file and line.
    """
    return parse_toml(read_text(path), str(path))


def read_text(path: str | Path) -> str:
    """Read a text file as UTF-8, without its byte-order mark, lines ending in a line feed.

    Raises
    ------
    InputError
        The file is missing, is a folder, is too large or is not UTF-8 text.
    """
    path = checked_path(path, "file", "own.toml")
    try:
        if path.is_dir():
            raise InputError(f"{shown(path)} is a folder; give the path of a TOML text file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(
                f"file {shown(path)} has {size / 1e6:.3g} MB; must have at most "
                f"{LARGEST_FILE / 1e6:g} MB"
            )
        if not path.is_file():
            raise InputError(f"{shown(path)} is no regular file; give a TOML text file")
        data = path.read_bytes()
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"file {shown(path)} does not exist; check the path") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"file {shown(path)} cannot be read ({reason}); give a TOML text file"
        ) from None
    return decoded(data, path)


def checked_path(path: object, name: str, example: str) -> Path:
    """Return a path.

    Raises
    ------
    InputError
        What is neither text nor a path; `name` says what lies there, `example` what it may be.
    """
    if not isinstance(path, (str, os.PathLike)) or isinstance(path, bytes):
        raise InputError(f"path of the {name} is {shown(path)}; must be text such as '{example}'")
    return Path(path)


def decoded(data: bytes, path: str | Path) -> str:
    """Return the text of bytes that should be UTF-8; `path` names them in messages."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            raise InputError(f"file {shown(path)} is {encoding} text; {_SAVE}")
    if b"\x00" in data:
        raise InputError(f"file {shown(path)} is not text but binary data; give a TOML text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"file {shown(path)} cannot be read (line {line} is not UTF-8 text, perhaps Latin-1); "
            f"{_SAVE}"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """Parse TOML; `file` names the text in messages.

    Raises
    ------
    InputError
        With file, line, what is wrong and what to do.
    """
    if not text.strip():
        raise InputError(f'{as_heading(file)} is empty; it must hold TOML, e.g. force = "6 N"')
    for number, line in enumerate(text.split("\n"), start=1):
        if re.search(rf"[0-9]{{{LONGEST_NUMBER}}}", line):
            raise InputError(
                f"{as_heading(file)}, line {number}: a number of over {LONGEST_NUMBER} digits; "
                "write it with an exponent, e.g. 1e6"
            )
    try:
        return _shallow(tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        raise InputError(_syntax_message(text, file, str(error))) from None
    except RecursionError:
        raise _too_deep(file) from None
    except ValueError as error:  # a date or a number that Python cannot hold
        raise InputError(f"{as_heading(file)}: not valid TOML ({shown(str(error))})") from None


def _shallow(data: dict[str, Any], file: str) -> dict[str, Any]:
    """Return the data if no table in it is deeper than anything softsim knows."""
    row: list[Any] = [data]
    for _ in range(DEEPEST_TABLE):
        inner: list[Any] = []
        for entry in row:
            inner += entry.values() if isinstance(entry, dict) else entry
        row = [entry for entry in inner if isinstance(entry, (dict, list))]
        if not row:
            return data
    raise _too_deep(file)


def _too_deep(file: str) -> InputError:
    return InputError(
        f"{as_heading(file)}: tables nested too deep; must be at most {DEEPEST_TABLE} deep"
    )


def _syntax_message(text: str, file: str, message: str) -> str:
    """Turn the parser's message into file, line, what and cure."""
    place = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", message)
    what = re.sub(r"\s*\(at .*\)$", "", message)
    number = int(place.group(1)) if place and place.group(1) else 0
    where = f", line {number}" if number else ", end of file"
    return (
        f"{as_heading(file)}{where}: not valid TOML ({what[:1].lower()}{what[1:80]}); "
        f"{_cure(text, number)}"
    )


def _cure(text: str, number: int) -> str:
    """Return what to do about a line that is no TOML."""
    lines = text.split("\n")
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", line)
    if ";" in bare:
        return "a line ends without a semicolon, and lists have commas"
    if re.match(r"[A-Za-z_][\w.-]*\s*:", bare):
        return "write key = value, with '=' and not ':'"
    if re.match(r"[A-Za-z_][\w.-]*\s*==", bare):
        return "write key = value, with one '='"
    if re.search(r"=\s*[+-]?[0-9]+,[0-9]", bare):
        return "write decimals with a point, e.g. 0.14"
    if re.search(r"=\s*[+-]?[0-9.]+\s*[A-Za-z%°]", bare) or re.search(r"=\s*[A-Za-z]", bare):
        return 'text needs quotes, e.g. force = "6 N"'
    if any(sign in line for sign in "“”„‘’«»"):
        return 'write straight quotes, e.g. "6 N"'
    return 'check quotes, brackets and commas there (text such as "6 N" needs quotes)'
