"""A policy's classifiers: which model is asked, and what follows from how likely it finds its labels.

In a policy: `"classifier": {MODEL: {"labels": {LABEL: {"flag": 0.5, "block": 0.9}}, "unreachable": "block"}}`.
MODEL is an alias of the registry or a version (`name@number`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput, NotFound
from apps.registry.models import Kind
from apps.registry.selectors import Target, target_named

from .verdict import SEVERITY, Action

NAME = "classifier"
Unreachable = Literal["block", "pass"]
_ACTIONS = ("block", "flag")  # a label is said of a whole sentence, so there is no place to mask
_CONTEXT = 512  # tokens, where the config does not say
_WRONG_KIND = {
    Kind.CLASSIFIER: gettext_lazy("The policy asks “%(model)s” for labels, but it is no text classifier."),
    Kind.IMAGE_CLASSIFIER: gettext_lazy("The policy asks “%(model)s” about images, but it is no image classifier."),
}
_SPARE = 8  # tokens that the tokenizer adds around a text


@dataclass(frozen=True)
class Classifier:
    """`thresholds`: label -> action -> the probability from which it follows; `target` is what `model` names now.

    `unreachable` says what becomes of a text that it could not be asked about: blocked, or let pass and noted.
    """

    model: str
    thresholds: Mapping[str, Mapping[Action, float]]
    unreachable: Unreachable = "block"
    target: Target | None = None

    @property
    def name(self) -> str:
        """What decisions call it: the version that is asked, else the name that leads to none."""
        return self.target.served_id if self.target else self.model

    @property
    def limit(self) -> int:
        """Bytes of UTF-8 that fit into its context, whatever its tokenizer: none makes more tokens than bytes."""
        config = self.target.version.config if self.target else {}
        return max(64, int(config.get("max_position_embeddings") or _CONTEXT) - _SPARE)

    @property
    def quoted(self) -> float:
        """From which probability on it blocks what is quoted, too, where that is more than a policy's threshold.

        Only who trained a classifier knows how sure it becomes, so its own config says it; 0 where that is silent.
        """
        config: Any = self.target.version.config if self.target else {}
        for key in ("task_specific_params", "moderation", "quoted"):
            config = config.get(key) if isinstance(config, dict) else None
        return config if isinstance(config, float) and 0 < config <= 1 else 0.0

    def action(self, label: str, probability: float, *, quoted: bool = False) -> tuple[Action, float]:
        """The heaviest action whose threshold is reached, with that threshold; nothing reached allows, from 0 on.

        What is `quoted` from the house's documents was chosen by staff, so a doubt is noted and blocks nothing.
        """
        reached: dict[Action, float] = {}
        for action, least in self.thresholds[label].items():
            if probability >= least:
                doubted = quoted and action == "block" and probability < self.quoted
                reached.setdefault("flag" if doubted else action, least)
        heaviest = max(reached, key=SEVERITY.__getitem__, default=None)
        return (heaviest, reached[heaviest]) if heaviest else ("allow", 0.0)


def classifiers_compile(rules: Any) -> tuple[Classifier, ...]:
    """Raises BadInput for what is not of the shape above; whether model and labels exist is not asked here."""
    return tuple(_compile(model, wish) for model, wish in items(rules))


def _compile(model: str, wish: Any) -> Classifier:
    for key, _value in items(wish):
        known(key, ("labels", "unreachable"))
    unreachable = wish.get("unreachable", "block")
    known(unreachable, get_args(Unreachable))
    labels = items(wish.get("labels"))
    if not labels or not all(actions for _label, actions in labels):
        raise BadInput(_("The classifier “%(model)s” needs labels, each with an action.") % {"model": model[:60]})
    for label, actions in labels:
        for action, least in items(actions):
            known(action, _ACTIONS)
            if isinstance(least, bool) or not isinstance(least, int | float) or not 0 < least <= 1:
                text = _("The threshold of “%(label)s” must be a probability: more than 0, at most 1.")
                raise BadInput(text % {"label": label[:60]})
    return Classifier(model, dict(labels), unreachable)


def classifiers_check(classifiers: Iterable[Classifier], kind: Kind) -> None:
    """Raises BadInput for a model that is not there or not of that kind, or that does not know a label."""
    for classifier in classifiers:
        words = {"model": classifier.model[:60]}
        try:
            version = target_named(classifier.model).version
        except NotFound as error:
            raise BadInput(_("The policy asks the classifier “%(model)s”, which is not there.") % words) from error
        if version.kind != kind:
            raise BadInput(str(_WRONG_KIND[kind]) % words)
        for label in classifier.thresholds:
            if label not in version.labels:
                words |= {"label": label[:60], "known": ", ".join(version.labels)}
                raise BadInput(_("“%(model)s” does not know the label “%(label)s”; it knows: %(known)s.") % words)


def items(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise BadInput(_("A policy is made of objects: stage, check, rule, action."))
    return list(value.items())


def known(value: Any, allowed: Any) -> None:
    """Raises BadInput, with what is known, for what is not."""
    if value not in allowed:
        text = {"value": str(value)[:60], "allowed": ", ".join(sorted(allowed))}
        raise BadInput(_("“%(value)s” is not known in a policy here; known are: %(allowed)s.") % text)
