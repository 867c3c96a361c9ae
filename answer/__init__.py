"""A question in, an Answer with verified citations out: `from answer import query`."""

from answer.assistant import query, stream
from answer.followup import Turn
from answer.schema import Answer, Citation, Sentence, Value

__all__ = ["Answer", "Citation", "Sentence", "Turn", "Value", "query", "stream"]
