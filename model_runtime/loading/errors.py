"""Why a model is not taken."""


class ModelRefused(Exception):
    """The folder is no model we load. The message is shown to the person who offered it."""
