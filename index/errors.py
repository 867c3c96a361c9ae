"""Everything that Dateline raises on purpose.

    DatelineError
    ├── SettingsError          a setting has a value that cannot be used
    ├── ReadError              a file, or one record of it, holds no readable article
    ├── ModelError             the embedding model cannot be loaded, or is not the expected one
    ├── LlmError               the language model cannot be used, or did not answer
    ├── QuestionError          the question or one of its filters cannot be used
    └── StoreError             the store cannot do what was asked
        ├── StoreBusy          another process is writing to it
        ├── StoreReadOnly      DATELINE_READ_ONLY is set
        ├── StoreMismatch      something else built it: another model, schema or chunker
        └── StoreDamaged       its indexes are missing or wrong; `rebuild` mends them

Every message says what happened, to which thing, and what to do; faces print it without a traceback.
"""


class DatelineError(Exception):
    """The root: catch this to catch everything that Dateline raises on purpose."""


class SettingsError(DatelineError):
    """A setting has a value that cannot be used."""


class ReadError(DatelineError):
    """A file, or one record of it, holds no readable article."""


class ModelError(DatelineError):
    """The embedding model cannot be loaded, or is not the expected one."""


class LlmError(DatelineError):
    """The language model cannot be used, or did not answer."""


class QuestionError(DatelineError):
    """The question or one of its filters cannot be used."""


class StoreError(DatelineError):
    """The store cannot do what was asked."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class StoreReadOnly(StoreError):
    """The store may only be read, because DATELINE_READ_ONLY is set."""


class StoreMismatch(StoreError):
    """The store was built by another model, schema or chunker."""


class StoreDamaged(StoreError):
    """The indexes are missing or disagree with the catalog."""
