"""The section: a long straight edge that slides steadily, in plane strain.

Green's functions on the skin (`green`) and at depth (`green_at_depth`), contact on uniform nodes
(`active_set`, `contact`) found on a grid that resolves it (`steady`), as it is on the deformed skin
(`skin`), fields, profiles and energies under it, and what is reported of them (`report`).  Enters
`medium` only.
"""
