"""Animations: states between the stored ones, what moves over a still figure, files of clips.

This room enters `figures` and `drawing`; nothing enters it but the front of `softsim.viz`.
"""
