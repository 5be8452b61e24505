"""Why a model is not taken, or not even judged."""


class ModelRefused(Exception):
    """The folder is no model we load. The message is shown to the person who offered it."""


class CannotJudge(Exception):
    """This installation lacks what judging a folder takes. The message says what, and whose fault it is not."""
