"""What stands in for the solver of the live page where its processes are tested."""

from __future__ import annotations

import os
import time

from softsim.app.worker import Worker

LONG = 60.0


class StandIn:
    """Answers at once, does not come to an end, or takes its process with it."""

    def prepare(self):
        pass

    def answer(self, job, tell):
        if job.file == "die":
            os._exit(1)
        end = time.monotonic() + (LONG if job.file == "slow" else 0.0)
        tell(f"preview of {job.problem.stroke.force:g}")
        while time.monotonic() < end:
            time.sleep(0.002)
        return "view", f"answer to {job.problem.stroke.force:g}"


def work(connection, memory):
    Worker(connection, StandIn()).run()


def die(connection, memory):
    os._exit(1)
