"""Lessons: one question each, as a page that needs no server and no network.

`interpolation` gives values between solved cases, the same arithmetic as the script of a page;
`sampling` turns a result into curves of fixed length; `lesson` says what a lesson is and `solving`
solves its cases and measures what interpolation between them is worth; `six` are the lessons of the
documentation; `writing` makes the page.
"""
