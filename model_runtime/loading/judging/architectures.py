"""The architectures that are known; each is loaded, and compared with transformers, by a test."""

from dataclasses import dataclass

from model_runtime.kinds import Kind


@dataclass(frozen=True)
class Architecture:
    """What an architecture's class is for; `head` is a classifier's tensor that has a row for each label.

    A generator may read images beside text.
    """

    kind: Kind
    model_type: str
    head: str = ""
    reads_images: bool = False


def _generators(**classes: str) -> dict[str, Architecture]:
    return {f"{name}ForCausalLM": Architecture("generator", model_type) for name, model_type in classes.items()}


ARCHITECTURES: dict[str, Architecture] = {
    **_generators(
        Exaone4="exaone4",
        Gemma="gemma",
        Gemma3="gemma3_text",
        Granite="granite",
        Llama="llama",
        Mistral="mistral",
        Olmo2="olmo2",
        Olmo3="olmo3",
        Phi3="phi3",
        Qwen2="qwen2",
        Qwen3="qwen3",
        SmolLM3="smollm3",
    ),
    "Idefics3ForConditionalGeneration": Architecture("generator", "idefics3", reads_images=True),
    "LlavaForConditionalGeneration": Architecture("generator", "llava", reads_images=True),
    "SmolVLMForConditionalGeneration": Architecture("generator", "smolvlm", reads_images=True),
    "BertModel": Architecture("embedder", "bert"),
    "DistilBertModel": Architecture("embedder", "distilbert"),
    "ModernBertModel": Architecture("embedder", "modernbert"),
    "RobertaModel": Architecture("embedder", "roberta"),
    "XLMRobertaModel": Architecture("embedder", "xlm-roberta"),
    "BertForSequenceClassification": Architecture("classifier", "bert", "classifier.weight"),
    "DebertaV2ForSequenceClassification": Architecture("classifier", "deberta-v2", "classifier.weight"),
    "DistilBertForSequenceClassification": Architecture("classifier", "distilbert", "classifier.weight"),
    "ModernBertForSequenceClassification": Architecture("classifier", "modernbert", "classifier.weight"),
    "RobertaForSequenceClassification": Architecture("classifier", "roberta", "classifier.out_proj.weight"),
    "XLMRobertaForSequenceClassification": Architecture("classifier", "xlm-roberta", "classifier.out_proj.weight"),
    "LlamaForSequenceClassification": Architecture("classifier", "llama", "score.weight"),
    "Qwen2ForSequenceClassification": Architecture("classifier", "qwen2", "score.weight"),
    "Qwen3ForSequenceClassification": Architecture("classifier", "qwen3", "score.weight"),
    "ConvNextForImageClassification": Architecture("image_classifier", "convnext", "classifier.weight"),
    "MobileNetV2ForImageClassification": Architecture("image_classifier", "mobilenet_v2", "classifier.weight"),
    "ResNetForImageClassification": Architecture("image_classifier", "resnet", "classifier.1.weight"),
    "SwinForImageClassification": Architecture("image_classifier", "swin", "classifier.weight"),
    "ViTForImageClassification": Architecture("image_classifier", "vit", "classifier.weight"),
}
PLAIN_DECODERS = frozenset({"llama", "mistral", "qwen2", "qwen3"})
"""The model types that the lean decoder computes on a CPU."""
MODEL_TYPES = frozenset(architecture.model_type for architecture in ARCHITECTURES.values())
