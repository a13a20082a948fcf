"""Dates and hours: deadlines, start of cover, periods, and which line is open at a moment.

Pure: the moment and the holidays (`is_holiday(date) -> bool`) are passed in. What a document does not print
(an hour, the dates of a year-end closing) is None or "unknown", never filled in.
"""

from rating.calendar.deadlines import (
    BranchDeadlines,
    MidtermStart,
    Period,
    assembly_deadlines,
    assembly_deadlines_of,
    completed_work_until,
    midterm_deadline,
    midterm_start,
    period_of,
)
from rating.calendar.guarantee import DomainApproval, domain_approval, guarantee_hours, guarantee_status
from rating.calendar.hours import (
    Hours,
    LineStatus,
    OpeningHours,
    OpeningRange,
    first_open,
    line_status,
    lines_at,
)

__all__ = [
    "BranchDeadlines",
    "DomainApproval",
    "Hours",
    "LineStatus",
    "MidtermStart",
    "OpeningHours",
    "OpeningRange",
    "Period",
    "assembly_deadlines",
    "assembly_deadlines_of",
    "completed_work_until",
    "domain_approval",
    "first_open",
    "guarantee_hours",
    "guarantee_status",
    "line_status",
    "lines_at",
    "midterm_deadline",
    "midterm_start",
    "period_of",
]
