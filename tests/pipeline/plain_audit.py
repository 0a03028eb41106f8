"""The audit of a stage history written out row by row, in plain Python."""


def violations(pipeline, rows, *, inferred=False, said=None):
    """Return (row, code) of rows (deal_id, from_stage, to_stage, days), in order; `inferred` reads no from_stage.

    `said` holds what each row says besides: its pipeline, pipeline_version, reason and days_in_stage.
    """
    names = {stage.name: stage for stage in pipeline.stages}
    moves = {(move.from_stage, move.to_stage) for move in pipeline.moves}
    placed = [number for number, (deal, _, _, at) in enumerate(rows) if deal is not None and at is not None]
    placed.sort(key=lambda number: (rows[number][3], number))
    found, last, left = [], {}, set()
    origins = {number: None if inferred else row[1] for number, row in enumerate(rows)}
    besides = said or [{}] * len(rows)
    own = [_is_own(pipeline, each) for each in besides]
    over = {at for at, each in enumerate(besides) if each.get("reason") == "migration" and "days_in_stage" not in each}
    for number in placed:
        deal, came_from, went_to, _ = rows[number]
        if not own[number]:
            left.add(deal)
            continue
        if deal in left:
            left.remove(deal)
            over.add(number)
        if number in over:
            last[deal] = went_to
            continue
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
    for number, (deal, _, went_to, at) in enumerate(rows):
        origin = None if number in over else origins[number]
        reason = besides[number].get("reason")
        enters = said is not None and number not in over and went_to in names and origin != went_to
        choice = names[went_to].reasons if enters else ()
        checks = {
            "missing_deal": deal is None,
            "missing_time": at is None,
            "missing_stage": went_to is None,
            "unknown_stage": any(one is not None and one not in names for one in (origin, went_to)),
        }
        checks["missing_reason"] = enters and (choice or names[went_to].needs_reason) and not (reason or "").strip()
        checks["unknown_reason"] = choice and (reason or "").strip() and reason not in choice
        found += [(number, code) for code, violated in checks.items() if violated]
    return [(number, code) for number, code in found if own[number]]


def _is_own(pipeline, said):
    named = said.get("pipeline", pipeline.name), said.get("pipeline_version", pipeline.version)
    return named == (pipeline.name, pipeline.version)
