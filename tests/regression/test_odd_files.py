"""Files from elsewhere: read whatever their line ends, or refused in a sentence (issue 15, 14)."""

from __future__ import annotations

import time

import numpy as np
import pint
import pytest

import softsim as ss
from softsim.serialise import load_problem, problem_from_toml
from softsim.sweeps.design import Design, load_design
from softsim.sweeps.parameters import parameters_of
from softsim.text_files import LARGEST_FILE, read_text, read_toml

GOOD = '[[layer]]\nname = "a/b"\nthickness = "10 mm"\ntissue = "fat"\n'
HANG = 5.0  # [s]

ODD = {
    "UTF-16": (GOOD.encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), "binary"),
    "UTF-32": (GOOD.encode("utf-32"), "UTF-32"),
    "Latin-1": (GOOD.replace("a/b", "Bäuche").encode("latin-1"), "line 2 is not UTF-8"),
    "binary": (bytes(range(256)) * 10, "binary"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "binary"),
    "empty": (b"", "empty"),
    "blank": (b"\xef\xbb\xbf \r\n\r\n", "empty"),
    "semicolon": (GOOD.replace('mm"', 'mm";').encode(), "semicolon"),
    "semicolons between columns": (b"force;angle\n6;45\n", "semicolon"),
    "colon": (GOOD.replace("thickness =", "thickness:").encode(), "'=' and not ':'"),
    "two signs": (GOOD.replace("thickness =", "thickness ==").encode(), "one '='"),
    "no quotes": (GOOD.replace('"10 mm"', "10 mm").encode(), "needs quotes"),
    "decimal comma": (GOOD.replace('"10 mm"', "0,01").encode(), "decimals with a point"),
    "typographic quotes": (GOOD.replace('"10 mm"', "“10 mm”").encode(), "straight quotes"),
    "json": (b'{"layer": [{"thickness": "1 mm"}]}', "not valid TOML"),
    "open bracket": (b"[[layer]\n", "not valid TOML"),
    "key twice": (b"a = 1\na = 2\n", "not valid TOML"),
    "no date": (b"a = 2020-02-30\n", "not valid TOML"),
    "deep arrays": (b"a = " + b"[" * 5000 + b"]" * 5000, "too deep"),
    "deep arrays in lines": (b"a = " + b"[\n" * 5000 + b"]\n" * 5000, "too deep"),
    "deep tables": (b"[" + b".".join([b"a"] * 5000) + b"]\n", "too deep"),
    "deep keys": (b".".join([b"a"] * 5000) + b" = 1\n", "too deep"),
    "deep inline tables": (b"a = " + b"{a = " * 5000 + b"1" + b"}" * 5000, "too deep"),
    "deep within what Python bears": (b".".join([b"a"] * 200) + b" = 1\n", "too deep"),
    "long number": (b"a = " + b"9" * 10_000 + b"\n", "digits"),
    "long hexadecimal number": (b"a = 0x" + b"9" * 10_000 + b"\n", "digits"),
    "large": (b"# " + b"x" * LARGEST_FILE, "MB"),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("load", [ss.load_tissue, ss.load_instrument, load_problem, load_design])
def test_an_odd_file_is_refused_in_one_sentence(name, load, tmp_path):
    data, word = ODD[name]
    path = tmp_path / "own.toml"
    path.write_bytes(data)
    start = time.perf_counter()
    with pytest.raises(ss.InputError) as caught:
        load(path)
    message = str(caught.value)
    assert time.perf_counter() - start < HANG
    assert word in message
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip().encode(),
    ],
    ids=["mark", "CRLF", "mark and CRLF", "CR", "no last line end"],
)
def test_byte_order_mark_and_line_ends_make_no_difference(data, tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(data)
    assert ss.load_tissue(path).layers[0].thickness == 0.01


def test_line_of_a_fault_is_counted_whatever_the_line_ends(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\nc = x\r\n")
    with pytest.raises(ss.InputError, match=r"own\.toml'?, line 3"):
        read_toml(path)


@pytest.mark.parametrize("path", [None, 5, ["a.toml"], "", "a\x00b.toml", "x" * 5000 + ".toml"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ss.InputError) as caught:
        read_text(path)
    assert len(str(caught.value)) < 300


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(ss.InputError, match="is a folder"):
        ss.load_tissue(tmp_path)
    with pytest.raises(ss.InputError, match="does not exist"):
        ss.load_tissue(tmp_path / "none.toml")


def test_text_of_a_problem_is_read_by_the_same_rules():
    for text in ("", "[" * 5000, "a = " + "9" * 10_000, "tissue = 1;"):
        with pytest.raises(ss.InputError):
            problem_from_toml(text)


@pytest.mark.parametrize("rows", ["[]", "5", "{a = 1}", '"abc"', "[1]", '["abc"]', "[[1]]"])
@pytest.mark.parametrize("key", ["tissue.layer", "stroke.source", "instrument.edge", "stroke"])
def test_a_problem_with_tables_of_another_kind_is_refused(key, rows):
    text = "\n".join(f"{k} = {v}" for k, v in {"tissue.layer": "[]", key: rows}.items())
    with pytest.raises(ss.InputError):
        problem_from_toml(text)


@pytest.mark.parametrize(
    "law", ["['a']", "5", "true", "''", "'hyperfoam'", "{a = 1}", "'neo_hokean'"]
)
def test_a_law_of_another_kind_is_refused(law, tmp_path):
    form = f'[[layer]]\nname = "a"\nthickness = "1 mm"\nmaterial = {{law = {law}}}\n'
    path = tmp_path / "own.toml"
    path.write_text(form)
    with pytest.raises(ss.InputError, match="law"):
        ss.load_tissue(path)
    with pytest.raises(ss.InputError, match="law"):
        problem_from_toml(
            form.replace("[[layer]]", "[[tissue.layer]]") + "[instrument]\n[stroke]\nforce = 6\n"
        )


def test_a_name_with_a_slash_becomes_a_dimension_without_one(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(GOOD)
    problem = ss.Problem(
        tissue=ss.load_tissue(path),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="6 N"),
    )
    assert parameters_of(problem)["tissue.a/b.thickness"].dim == "tissue_a_b_thickness"


@pytest.mark.parametrize(
    ("sweep", "word"),
    [
        ('force = {start = "1 N", stop = "6 N", num = 1000000000}', "num"),
        ('force = {start = "1 N", stop = "6 N", num = 99999999999999999999999}', "num"),
        ('force = {start = "1,5 N", stop = "6 N", num = 3}', "decimal comma"),
        ('force = {start = "1 N", stop = "6 kN", num = 3}', "allow_unusual"),
        ('force = {start = "1 N", stop = "6 N", num = 1000}\nangle = {start = "20 deg", '
         'stop = "90 deg", num = 1000}', "cases"),
        ("force = 6", "list of values"),
        ("force = [true]", "truth value"),
        ("force = []", "at least one"),
    ],
)  # fmt: skip
def test_a_sweep_without_end_is_refused_before_it_is_laid_out(sweep, word, tmp_path):
    path = tmp_path / "own.toml"
    head = 'tissue = "calf"\ninstrument = "gt4_class_scanner"\nmode = "press"\n[sweep]\n'
    path.write_text(head + sweep)
    start = time.perf_counter()
    with pytest.raises(ss.InputError, match=word):
        load_design(path)
    assert time.perf_counter() - start < HANG


@pytest.mark.parametrize("load", [ss.load_tissue, ss.load_instrument, load_problem, load_design])
@pytest.mark.parametrize("key", ['"a\\nb"', "k" * 10_000, '"\\u0000"', '""', '"a.b"', "'%s'"])
def test_a_key_of_any_spelling_is_refused_in_one_short_sentence(load, key, tmp_path):
    path = tmp_path / "own.toml"
    for text in (f"{key} = 1\n", f"[stroke]\n{key} = 1\n", f"[[layer]]\n{key} = 1\n"):
        path.write_text(text)
        with pytest.raises(ss.InputError) as caught:
            load(path)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 500


def test_a_long_path_is_told_by_its_ends(tmp_path):
    path = tmp_path / ("a" * 100) / ("b" * 100 + ".toml")
    path.parent.mkdir()
    path.write_text("a = 1;")
    with pytest.raises(ss.InputError) as caught:
        ss.load_tissue(path)
    assert len(str(caught.value)) < 250
    assert "b.toml" in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        np.array([2.0, 4.0]),
        [np.float32(2.0), np.int64(4)],
        (pint.Quantity(2, "N"), pint.Quantity(4000, "mN")),
        pint.Quantity([2.0, 4.0], "N"),
        {"start": pint.Quantity(2, "N"), "stop": np.float32(4.0), "num": 2},
    ],
    ids=["array", "numpy scalars", "quantities", "quantity of an array", "range of quantities"],
)
def test_a_sweep_takes_numbers_of_other_packages(values):
    problem = ss.Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="6 N"),
    )
    design = Design(problem=problem, sweep={"force": values}, mode="press")
    assert design.axes[0].points == ((2.0,), (4.0,))
