"""Error classes and the sentences they carry."""

from __future__ import annotations

import math

import pytest

from softsim.errors import ConvergenceError, InputError, SoftsimError, inside, unknown_name


def test_input_error_is_a_value_error_of_softsim():
    assert issubclass(InputError, SoftsimError)
    assert issubclass(InputError, ValueError)


def test_convergence_error_carries_where_it_stopped():
    error = ConvergenceError("no", load_reached=0.4, residual=1e-3, partial="state")
    assert (error.load_reached, error.residual, error.partial) == (0.4, 1e-3, "state")
    bare = ConvergenceError("no")
    assert bare.load_reached == 0.0
    assert math.isnan(bare.residual)


def test_unknown_name_offers_the_nearest():
    message = str(unknown_name("tissue", "calff", ["calf", "low_back"]))
    assert message == "tissue 'calff' is unknown; did you mean 'calf'?"


def test_unknown_name_lists_all_where_none_is_near():
    message = str(unknown_name("tissue", "zzz", ["low_back", "calf"]))
    assert "calf, low_back" in message


def test_place_stands_before_the_message_and_other_errors_pass():
    with pytest.raises(InputError, match=r"^own\.toml: thickness is 0$"), inside("own.toml"):
        raise InputError("thickness is 0")
    with pytest.raises(KeyError), inside("own.toml"):
        raise KeyError
