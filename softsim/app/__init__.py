"""The live page: choose a stroke in a browser and see what the tissue answers.

Below stands what needs no browser and no server: what was chosen and the problem it makes
(`choices`), a result as plain data for a page (`views`) and in plain words (`words`).  On it the
processes that solve (`worker`, `pool`), one visitor (`session`), and the page itself with its
server (`page`, `door`, `serving`).  Nothing below `softsim.cli` enters this room.
"""
