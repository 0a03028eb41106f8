"""The audit of a stage history written out row by row, in plain Python."""


def violations(pipeline, rows, *, inferred=False):
    """Return (row, code) of rows (deal_id, from_stage, to_stage, days), in order; `inferred` reads no from_stage."""
    names = {stage.name: stage for stage in pipeline.stages}
    moves = {(move.from_stage, move.to_stage) for move in pipeline.moves}
    placed = [number for number, (deal, _, _, at) in enumerate(rows) if deal is not None and at is not None]
    placed.sort(key=lambda number: (rows[number][3], number))
    found, last = [], {}
    origins = {number: row[1] for number, row in enumerate(rows)}
    for number in placed:
        deal, came_from, went_to, _ = rows[number]
        if inferred:
            came_from = last.get(deal)
        origins[number] = came_from
        if deal not in last:
            if came_from is not None or (went_to in names and went_to not in pipeline.starts):
                found.append((number, "wrong_start"))
        elif last[deal] is not None and came_from != last[deal]:
            found.append((number, "broken_chain"))
        if went_to is not None and came_from == went_to:
            found.append((number, "same_stage"))
        elif came_from in names and went_to in names and (came_from, went_to) not in moves:
            found.append((number, "after_close" if names[came_from].is_final else "no_such_move"))
        last[deal] = went_to
    for number, (deal, came_from, went_to, at) in enumerate(rows):
        origin = origins[number] if number in placed else None if inferred else came_from
        checks = {
            "missing_deal": deal is None,
            "missing_time": at is None,
            "missing_stage": went_to is None,
            "unknown_stage": any(one is not None and one not in names for one in (origin, went_to)),
        }
        found += [(number, code) for code, violated in checks.items() if violated]
    return found
