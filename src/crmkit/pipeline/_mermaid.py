"""A definition as a Mermaid state diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.pipeline._stage import Move, Stage

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["diagram"]

_PLAIN = frozenset(" .,()/_'+=!?")


def diagram(pipeline: Pipeline) -> str:
    """Draw stages with their probabilities, moves with their guards, beginnings and ends."""
    ids = {stage.name: f"s{number}" for number, stage in enumerate(pipeline.stages, 1)}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_caption(stage)}" as {ids[stage.name]}' for stage in pipeline.stages]
    lines += [f"    [*] --> {ids[name]}" for name in pipeline.starts]
    for move in pipeline.moves:
        label = _label(move)
        line = f"    {ids[move.from_stage]} --> {ids[move.to_stage]}"
        lines.append(f"{line}: {_escaped(label)}" if label else line)
    lines += [f"    {ids[stage.name]} --> [*]" for stage in pipeline.stages if stage.is_final]
    return "\n".join(lines)


def _caption(stage: Stage) -> str:
    if stage.probability is None or stage.is_final:
        return _escaped(stage.title)
    return f"{_escaped(stage.title)} ({stage.probability * 100:g} %)"


def _label(move: Move) -> str:
    parts = [f"{name} is present" for name in move.requires]
    return " and ".join([*parts, *([str(move.when)] if move.when is not None else [])])


def _escaped(text: str) -> str:
    """Write what would end a label, or be read as markup, as Mermaid's numbered entities."""
    return "".join(
        letter if _is_plain(letter, before) else f"#{ord(letter)};"
        for before, letter in zip(f" {text}", text, strict=False)
    )


def _is_plain(letter: str, before: str) -> bool:
    # "%%" begins a comment, and "--" parts a diagram
    return letter.isalnum() or letter in _PLAIN or (letter == "-" and before != "-")
