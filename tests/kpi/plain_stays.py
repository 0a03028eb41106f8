"""The stays of deals in stages written out in plain Python, and histories drawn at random."""

from hypothesis import strategies as st

STAGES = ["Talk", "Offer", "Demo", "Won"]
LOST = "Lost"

HISTORIES = st.lists(
    st.tuples(
        st.sampled_from([None, "a", "b", "c", "d"]),
        st.none(),
        st.sampled_from([None, *STAGES, LOST]),
        st.none() | st.integers(0, 20),
    ),
    max_size=25,
)
"""Rows of (deal_id, from_stage, to_stage, days since the start), of which any may be missing."""


def stays(rows, until):
    """Return by deal its stays (stage, days, left), in order, as known `until` days after the start."""
    walked = {}
    dated = [row for row in rows if None not in (row[0], row[2], row[3]) and row[3] < until]
    for deal, _, stage, at in sorted(dated, key=lambda row: row[3]):
        path = walked.setdefault(deal, [])
        if not path or path[-1][0] != stage:
            path.append((stage, at))
    return {
        deal: [
            (stage, (path[place + 1][1] if place + 1 < len(path) else until) - at, place + 1 < len(path))
            for place, (stage, at) in enumerate(path)
        ]
        for deal, path in walked.items()
    }
