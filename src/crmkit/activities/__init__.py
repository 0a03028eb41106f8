"""Activities: what is to be done and when; how it recurs, what is late, what comes next.

schedule, reschedule, complete   acts; completing a recurring activity adds the next one
occurrences     when an activity takes place within a period, at the same time of day over clock changes
overdue         what was due and is not done
next_action     the earliest activity that is still to be done, of all or of one record
due_reminders   the reminders of a period, as data
overlaps        what one owner has at the same time
to_icalendar    activities as the text of an iCalendar file
"""

from crmkit.activities._acts import complete, reschedule, schedule
from crmkit.activities._agenda import next_action, overdue
from crmkit.activities._icalendar import to_icalendar
from crmkit.activities._occurrences import occurrences
from crmkit.activities._overlaps import Overlap, Overlaps, overlaps
from crmkit.activities._reminders import Reminder, due_reminders

__all__ = [
    "Overlap",
    "Overlaps",
    "Reminder",
    "complete",
    "due_reminders",
    "next_action",
    "occurrences",
    "overdue",
    "overlaps",
    "reschedule",
    "schedule",
    "to_icalendar",
]
