"""Creep: a section in time; press, dwell, slide and lift.

Creep of the medium as a sum of modes (`basis`), which are internal variables on the nodes of the
skin (`state`) carried on by an exponential integrator (`integrator`); the contact step by step
(`contact`), its energies (`energy`), and the fields below (`green_at_depth`, `levels`, `fields`).
Enters `section` and `medium`.
"""
