"""What the span reader is asked of words that it found: who says so, what denies them, what puts them in doubt."""

from __future__ import annotations

SPEAKER, DENIAL, DOUBT = "Who says so: {}?", "What denies it: {}?", "What puts it in doubt: {}?"
