"""What ``python -m softsim.cli`` runs."""

from __future__ import annotations

from softsim.cli import main

main()
