"""Models, their numbered versions, and the movable names that point at versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel


class VersionState(models.TextChoices):
    UPLOADING = "uploading", _("Uploading")
    CHECKING = "checking", _("Checking")
    READY = "ready", _("Ready")
    REJECTED = "rejected", _("Rejected")


class Source(models.TextChoices):
    UPLOAD = "upload", _("Uploaded")
    PATH = "path", _("Folder on the server")
    ENDPOINT = "endpoint", _("Another server")


class Kind(models.TextChoices):
    """What a model does, as the check found it (the runtime's words)."""

    GENERATOR = "generator", _("Language model")
    EMBEDDER = "embedder", _("Embedding model")
    CLASSIFIER = "classifier", _("Text classifier")
    IMAGE_CLASSIFIER = "image_classifier", _("Image classifier")


# What the product itself looks for behind these names. Any other takes the kind of what is first put there.
ALIAS_KINDS = {"production": Kind.GENERATOR, "moderation": Kind.CLASSIFIER}


class Quantization(models.TextChoices):
    """`int8` takes the runtime's fastest kernels for the device, `int8-bnb` bitsandbytes' wherever it runs."""

    NONE = "none", _("None")
    INT8 = "int8", _("8 bit (int8)")
    INT8_BITSANDBYTES = "int8-bnb", _("8 bit (int8, bitsandbytes)")
    NF4 = "nf4", _("4 bit (nf4)")


class RegisteredModel(BaseModel):
    """A family of versions under one name."""

    name = models.SlugField(max_length=64, unique=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]


ABLE_BYTES = 200_000_000
"""Of weights: some hundred million parameters."""


class ModelVersion(BaseModel):
    """One immutable set of weights, or one model of another server.

    `manifest` maps each file to {"size": bytes, "sha256": hex}. `config` is the checked config.json. `kind` is what
    the check found, a generator until then; `labels` are a classifier's, in the order of its outputs; `embedding`
    says of an embedding model the `dimension` of its vectors, their `pooling` ("mean" or "cls") and how many
    `tokens` of a text they are made of at most. An endpoint has `base_url` (ends before /chat/completions),
    `remote_model` and `key_env`: the NAME of the environment variable that holds its key, never the key; its
    `config` says only, as `images`, whether it reads images.
    """

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=VersionState.choices, default=VersionState.UPLOADING)
    rejection = models.TextField(blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.GENERATOR)
    labels = models.JSONField(default=list)
    embedding = models.JSONField(default=dict)
    source = models.CharField(max_length=16, choices=Source.choices)
    path = models.CharField(max_length=1000, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    manifest = models.JSONField(default=dict)
    config = models.JSONField(default=dict)
    base_url = models.URLField(max_length=500, blank=True)
    remote_model = models.CharField(max_length=200, blank=True)
    key_env = models.CharField(max_length=100, blank=True)
    created_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["model__name", "-number"]
        constraints = [models.UniqueConstraint(fields=["model", "number"], name="registry_version_number")]

    @property
    def writes_freely(self) -> bool:
        """Whether it can be left to write by itself; small models, as the one that ships, choose what to quote."""
        return self.source == Source.ENDPOINT or self.size_bytes >= ABLE_BYTES

    @property
    def reads_images(self) -> bool:
        """Whether questions to it may hold images; of another server's model, as whoever registered it said."""
        return self.kind == Kind.GENERATOR and ("vision_config" in self.config or bool(self.config.get("images")))

    @property
    def label(self) -> str:
        """`name@number`, as people and the runtime call it."""
        return f"{self.model.name}@{self.number}"


class UploadedFile(BaseModel):
    """A file on its way in. `received` is the client's next offset, `sha256` what it says of the whole."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=100)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="registry_file_name")]


class Alias(BaseModel):
    """A movable name, such as `production`, for a version in one quantization."""

    name = models.SlugField(max_length=64, unique=True)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="aliases")
    quantization = models.CharField(max_length=8, choices=Quantization.choices, default=Quantization.NONE)

    class Meta:
        ordering = ["name"]


class AliasMove(BaseModel):
    """One move of an alias, kept for ever: from where to where, by whom and why (`created_at` says when)."""

    alias = models.ForeignKey(Alias, on_delete=models.PROTECT, related_name="moves")
    from_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="+")
    from_quantization = models.CharField(max_length=8, choices=Quantization.choices, blank=True)
    to_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    quantization = models.CharField(max_length=8, choices=Quantization.choices)
    actor_label = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-created_at"]
