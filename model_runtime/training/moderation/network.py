"""The classifier's shape: a small BERT, and the same with a head that guesses hidden tokens."""

from tokenizers import Tokenizer
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification

from model_runtime.training.sequences.tokens import token_id

from .data import LABELS
from .tokens import PAD

WINDOW = 256
QUOTED = 0.97  # of what an assistant quotes less is blocked: from here on, where 0.975 is as sure as it becomes


def config_of(tokenizer: Tokenizer, dropout: float = 0.1) -> BertConfig:
    """2.4 M parameters at 8,000 tokens."""
    return BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=160,
        num_hidden_layers=4,
        num_attention_heads=5,
        intermediate_size=512,
        max_position_embeddings=WINDOW,
        type_vocab_size=1,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        pad_token_id=token_id(tokenizer, PAD),
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
        problem_type="single_label_classification",
        task_specific_params={"moderation": {"quoted": QUOTED}},
    )


def guesser(config: BertConfig) -> BertForMaskedLM:
    """For the first part of the training: what stands where a token was hidden."""
    return BertForMaskedLM(config)


def classifier(config: BertConfig, read: BertForMaskedLM | None = None) -> BertForSequenceClassification:
    """For the second part, with the layers of `read`."""
    network = BertForSequenceClassification(config)
    if read is not None:
        network.bert.load_state_dict(read.bert.state_dict(), strict=False)  # it has no pooler
    return network
