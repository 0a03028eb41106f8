"""The diagram of a definition: what it shows, and that no name breaks out of its line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.expressions import field
from crmkit.pipeline import Move, Pipeline, Stage
from tests.pipeline.sales import named
from tests.pipeline.strategies import definitions, fewer

LINES = re.compile(
    r"stateDiagram-v2"
    r'|    state "[^"\n:;<>%`\\]+( \([\d.e+-]+ %\))?" as s\d+'
    r"|    (\[\*\]|s\d+) --> (\[\*\]|s\d+)(: [^\n:;<>%`\\]+)?"
)


def lines(pipeline):
    """The lines, each entity in them, such as #58;, as a letter."""
    return [re.sub(r"#\d+;", "x", line) for line in pipeline.to_mermaid().split("\n")]


def test_stages_moves_beginnings_and_ends_are_drawn():
    pipeline = Pipeline(
        "p",
        stages=[Stage("a", label="Erstgespräch", probability=0.125), Stage("b"), Stage("won", kind="won")],
        moves=[
            Move("a", "b", requires=("amount", "currency"), when=field("owner_id").present()),
            Move("a", "won", when=field("amount") == 3),
            Move("b", "won"),
        ],
        starts=("a", "b"),
    )
    assert pipeline.to_mermaid().split("\n") == [
        "stateDiagram-v2",
        '    state "Erstgespräch (12.5 %)" as s1',
        '    state "b" as s2',
        '    state "won" as s3',
        "    [*] --> s1",
        "    [*] --> s2",
        "    s1 --> s2: amount is present and currency is present and owner_id is present",
        "    s1 --> s3: amount == 3",
        "    s2 --> s3",
        "    s3 --> [*]",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", "a#10;b"),
        ("a: b", "a#58; b"),
        ('say "yes"', "say #34;yes#34;"),
        ("a --> b", "a -#45;#62; b"),
        ("on-hold", "on-hold"),
        ("%% no comment", "#37;#37; no comment"),
        ("a; b #35; c", "a#59; b #35;35#59; c"),
        ("<b>&amp;", "#60;b#62;#38;amp#59;"),
        ("[*]", "#91;#42;#93;"),
        ("{x} `y` \\", "#123;x#125; #96;y#96; #92;"),
        ("żółty 50+", "żółty 50+"),
        ("a\u2028\x85\rb", "a#8232;#133;#13;b"),
    ],
)
def test_marks_of_the_language_are_written_as_entities(text, written):
    pipeline = Pipeline("p", stages=[Stage(text), Stage("won", kind="won")])
    assert f'    state "{written}" as s1' in pipeline.to_mermaid().split("\n")


def test_a_guards_own_text_stays_on_its_line():
    pipeline = named("a", moves=[Move("a", "won", when=field("name") == 'x"\n: --> y'), Move("a", "lost")])
    assert len(pipeline.to_mermaid().splitlines()) == 1 + 3 + 1 + 2 + 2
    assert all(LINES.fullmatch(line) for line in lines(pipeline))


hostile = st.text("\n\r:;\"'#%<>-=*[]{}\\ `ab\u2028\x00&", min_size=1, max_size=12).filter(str.strip)


@given(hostile, hostile, hostile)
def test_no_name_no_label_and_no_value_breaks_its_line(name, label, value):
    ways = [Move(f"{name}1", "won", when=field("name") == value)]
    stages = [Stage(f"{name}1", label=label, probability=0.1), Stage("won", kind="won", label=label)]
    pipeline = Pipeline(name, stages=stages, moves=ways)
    assert [line for line in lines(pipeline) if not LINES.fullmatch(line)] == []
    assert len(pipeline.to_mermaid().splitlines()) == 1 + 2 + 1 + 1 + 1


@fewer
@given(definitions())
def test_every_stage_and_every_move_has_a_line_of_its_own(pipeline):
    found = lines(pipeline)
    assert [line for line in found if not LINES.fullmatch(line)] == []
    assert sum(line.startswith("    state") for line in found) == len(pipeline.stages)
    ends = sum(stage.is_final for stage in pipeline.stages)
    assert sum("-->" in line for line in found) == len(pipeline.moves) + len(pipeline.starts) + ends
    assert not any("%%" in line or "--" in line.replace(" --> ", " ", 1) for line in pipeline.to_mermaid().split("\n"))
