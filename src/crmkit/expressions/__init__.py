"""One question, asked of a record, of a table or of a database: field("employees") >= 50.

    field             begins a question about a field
    Expression        the question: test, explain, check; filter, mask, flag; sql, q, split; bind; to_json, canonical,
                      fingerprint
    all_of, any_of    join many
    ALWAYS, NEVER     the two questions that ask nothing
    Explanation       why the answer is what it is, as a tree
    Kind              what a field holds

What is asked is data: a closed set of nodes (`_nodes`). Each place that understands it is a file or a package:
`_on_record`, `_on_table`, `_in_sql`, `_in_django`, `_in_json`, `_in_text`. The meaning is the same in all of them: a
comparison with a missing value is false, `~` is the exact complement, nothing is coerced, times are relative to `as_of`
only.
"""

from crmkit.expressions._explain import Explanation
from crmkit.expressions._expression import ALWAYS, NEVER, Expression, all_of, any_of
from crmkit.expressions._field import Field, field
from crmkit.expressions._kinds import Kind

__all__ = ["ALWAYS", "NEVER", "Explanation", "Expression", "Field", "Kind", "all_of", "any_of", "field"]
