"""The store of a sweep on disk: made, written, opened, compared with its checksums, mended.

From below: `chunks` (one file per case and variable) and `descriptions`; `contents` (a folder as it
is); `damage` (cases against their records); `check`, `creation`, `opening`, `writing`
and `report`.  This
room enters `design`, `parameters`, `plans` and `sampling` of `softsim.sweeps`; only `runner`,
`worker` and `softsim.results` enter it.
"""
