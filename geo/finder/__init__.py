"""The site finder: which park fits what is asked for, why, and what the plans promise there.

`make_needs` checks what is asked, `rank` answers it; the records are `geo.finder.records`, the rule
of the score is in `geo.finder.shares` and `geo.finder.ranking`.
"""

from geo.finder.needs import make_needs, plan_periods
from geo.finder.ranking import rank
from geo.finder.records import (
    CRITERIA,
    GROUPS,
    PROMISES,
    STATUSES,
    WEIGHTS,
    Citation,
    Criterion,
    Judgement,
    Need,
    Needs,
    Promise,
    Ranking,
    Result,
)
from geo.finder.serial import as_dict

__all__ = [
    "CRITERIA",
    "GROUPS",
    "PROMISES",
    "STATUSES",
    "WEIGHTS",
    "Citation",
    "Criterion",
    "Judgement",
    "Need",
    "Needs",
    "Promise",
    "Ranking",
    "Result",
    "as_dict",
    "make_needs",
    "plan_periods",
    "rank",
]
