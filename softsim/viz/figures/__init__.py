"""Still pictures, one file each: of one run, of a whole edge, of an instrument, of a sweep.

This room enters `drawing`.  A figure of several frames is made of the others' functions.
"""
