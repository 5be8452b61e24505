"""Why a version was not taken. Stored in English, because jobs write it; shown in the reader's language."""

from django.utils.translation import gettext_lazy as _

from apps.core.sentences import Sentences

GONE = _("The files are gone. Register the model again.")
CANCELLED = _("The upload was cancelled.")
DAMAGED = _("%(name)s arrived damaged: its SHA-256 is not the one that was sent with it.")
NO_WRITER = _("%(architecture)s does not write text; a model of the kind …ForCausalLM is needed.")  # until 0.1
NO_USE = _("%(architecture)s neither writes text nor classifies anything, so nothing here could use it.")
NOT_ENDED = _("The check did not end within %(seconds)d s and was stopped.")
BROKEN = _("The check itself failed (exit status %(status)s), so the model counts as unsafe.")
NO_REASON = _("The model was refused without a reason.")

# What the runtime's judge says (model_runtime/loading); its words that are not here are shown as they are.
_JUDGED = (
    _("There is no config.json."),
    _("There is no model.safetensors."),
    _("The folder cannot be read: %(cause)s."),
    _("The folder has more than %(count)s files."),
    _("%(name)s is a link that leads out of the folder."),
    _("%(name)s is not a plain file."),
    _("%(name)s: files of this kind may run code; only safetensors weights are loaded."),
    _("%(name)s is a pickle or an archive under another name."),
    _("%(name)s has no weight_map."),
    _("%(index)s names %(name)s, which is no file here."),
    _("%(index)s and the files list different tensors."),
    _("%(name)s is in two files."),
    _("%(file)s: the key %(key)s is not known."),
    _("%(file)s: the key %(key)s could make a library run foreign code."),
    _("%(file)s: the key %(key)s appears twice."),
    _("%(file)s is not valid JSON: %(cause)s."),
    _("%(file)s is nested too deeply."),
    _("%(file)s is larger than %(limit)s bytes."),
    _("%(file)s is not a JSON object."),
    _("The model type %(kind)s is not supported; supported are %(known)s."),
    _("config.json: architectures must be %(expected)s for %(kind)s."),
    _("config.json: %(key)s must be a number from 1 to %(largest)s."),
    _("%(name)s is too short to be safetensors."),
    _("%(name)s: the header's length %(length)s is impossible."),
    _("%(name)s: the header is no JSON object."),
    _("%(file)s: a tensor's name is not printable: %(name)s."),
    _("%(file)s: %(name)s overlaps another tensor."),
    _("%(file)s: %(name)s leaves a hole before it."),
    _("%(file)s: %(count)s bytes of data belong to no tensor."),
    _("%(file)s: the file is cut short, %(count)s bytes are missing."),
    _("The embedding must be %(expected)s by the config, the weights have %(found)s."),
    _("The config speaks of %(said)s layers, the weights have %(found)s."),
    _("The tokenizer has several chat templates; only one is supported."),
    _("tokenizer.json is missing; only fast tokenizers are supported."),
    _("The chat template does not compile: %(cause)s"),
    _("The chat template is longer than %(limit)s characters."),
    _("The chat template multiplies, which can make texts of any length."),
    _("The chat template holds the number %(number)s."),
    _("The chat template uses %(name)s, which can make texts of any length."),
    _("The chat template nests counted loops."),
    _("The chat template inflates a short conversation."),
    _("The tokenizer or the chat template does not come to an end."),
    _("The tokenizer or the chat template takes too much time or memory."),
    _("The tokenizer or the chat template takes too much memory."),
    _("The tokenizer does not work: %(cause)s"),
    _("The model needs about %(needed)s GB with quantization %(quantization)s; %(free)s GB are free here."),
    _("The model needs about %(needed)s GB with quantization %(quantization)s; %(free)s GB are free on the GPU."),
    _("The weights lack %(count)s tensors, the first is %(name)s."),
    _("The weights do not fit the config: %(cause)s"),
    _("The weights do not fit the config."),
)
_KNOWN = Sentences([GONE, CANCELLED, DAMAGED, NO_WRITER, NO_USE, NOT_ENDED, BROKEN, NO_REASON, *_JUDGED])


def reason_shown(reason: str) -> str:
    """A stored reason in the present language."""
    return _KNOWN.shown(reason)
