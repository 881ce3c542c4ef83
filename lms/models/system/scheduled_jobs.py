"""When each job of the schedule ran last and runs next."""

from datetime import datetime
from typing import TypedDict

from pymongo.errors import DuplicateKeyError

from lms.models.base import Collection


class ScheduledJob(TypedDict):
    _id: str
    lastRunAt: datetime | None
    nextRunAt: datetime


class ScheduledJobs(Collection[ScheduledJob]):
    name = "scheduledJobs"
    fields = ScheduledJob

    def next_runs(self) -> dict[str, datetime]:
        """When each job that has been planned is to run, by its name."""
        return {each["_id"]: each["nextRunAt"] for each in self.find({})}

    def plan(self, name: str, first_run_at: datetime) -> None:
        """Note a job's first run, unless it has been planned before."""
        try:
            self.insert({"_id": name, "lastRunAt": None, "nextRunAt": first_run_at})
        except DuplicateKeyError:
            return

    def claim(self, name: str, moment: datetime, next_run_at: datetime) -> bool:
        """Take the run that is due, for one scheduler only."""
        where = {"_id": name, "nextRunAt": {"$lte": moment}}
        return self.update(where, {"$set": {"lastRunAt": moment, "nextRunAt": next_run_at}})


scheduled_jobs = ScheduledJobs()
