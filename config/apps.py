from django.apps import AppConfig


class ParleyConfig(AppConfig):
    """The project itself: the commands that start the product."""

    name = "config"
    label = "parley"
