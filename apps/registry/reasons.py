"""Why a version was not taken. Stored in English, because jobs write it; shown in the reader's language."""

from django.utils.translation import gettext_lazy as _

from apps.core.sentences import Sentences

GONE = _("The files are gone. Register the model again.")
CANCELLED = _("The upload was cancelled.")
DISCARDED = _("It was put away, and its files removed.")
DAMAGED = _("%(name)s arrived damaged: its SHA-256 is not the one that was sent with it.")
NO_WRITER = _("%(architecture)s does not write text; a model of the kind …ForCausalLM is needed.")  # until 0.1
# Until 0.2, of embedding models.
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
    _("config.json: architectures must be one of %(fitting)s for %(kind)s, and is %(named)s."),
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
    _("modules.json: the step %(name)s is not supported; its vectors would be wrong."),
    _("1_Pooling/config.json: the pooling %(named)s is not supported; mean and cls are."),
    _("sentence_bert_config.json: max_seq_length must be a number of tokens, at least 8."),
    _("There is no preprocessor_config.json, which says how images are prepared."),
    _("config.json: %(name)s and %(own)s disagree; keep %(same)s only."),
    _("config.json: %(key)s must be a list of numbers from 1 to %(largest)s."),
    _("The weights do not fit the config; the first tensor that differs is %(name)s."),
    _(
        "%(architecture)s cannot be loaded with quantization %(quantization)s, because its layers are "
        "convolutions or of odd sizes; choose %(others)s."
    ),
    _("preprocessor_config.json: do_resize must be true, because images come in all sizes."),
    _(
        "preprocessor_config.json makes images of %(height)s × %(width)s pixels, the model reads "
        "%(expected)s × %(again)s; make size and image_size the same."
    ),
    _("preprocessor_config.json: the processor %(named)s is not supported; %(own)s is."),
    _("%(file)s: %(key)s must be true or false."),
    _("%(file)s: %(key)s must be a number from %(least)s to %(most)s."),
    _("%(file)s: %(key)s must be a number above %(least)s, at most %(most)s."),
    _("%(file)s: %(key)s must be three numbers."),
    _("%(file)s: size names only the shorter side, so do_center_crop must be true."),
    _("%(file)s: %(key)s must give height and width, from %(least)s to %(most)s pixels."),
    _("config.json: id2label must be an object that names every class by its number."),
    _("config.json: id2label has %(count)s classes; at most %(limit)s are served."),
    _("config.json: id2label must number its classes from 0 to %(last)s."),
    _("config.json: num_labels and id2label disagree; id2label has %(count)s classes."),
    _("config.json: id2label has one class, so there is nothing to choose; name at least two."),
    _("config.json: the name of class %(number)s must be 1 to %(limit)s printable characters."),
    _(
        "config.json: problem_type is regression, whose scores belong to no class and are not served; "
        "choose a model with single_label_classification or multi_label_classification."
    ),
    _("config.json: id2label names two classes %(label)s; name each only once."),
    _("The weights have no %(head)s, so they cannot classify."),
    _("The weights tell %(told)s classes apart, the config names %(named)s; correct id2label in config.json."),
    _("The tokenizer, the chat template or the config takes too much time or memory."),
    _(
        "The check cannot run here: %(cause)s. That is no fault of the folder; "
        "install what requirements.txt names and check it again."
    ),
)
_KNOWN = Sentences([GONE, CANCELLED, DISCARDED, DAMAGED, NO_WRITER, NO_USE, NOT_ENDED, BROKEN, NO_REASON, *_JUDGED])


def reason_shown(reason: str) -> str:
    """A stored reason in the present language."""
    return _KNOWN.shown(reason)
