"""What others ask about accounts."""

from .models import SignUp


def sign_up_is_open() -> bool:
    """Whether anybody may make an account; so it is until an administrator says otherwise."""
    is_open: bool | None = SignUp.objects.values_list("is_open", flat=True).first()
    return is_open is not False
