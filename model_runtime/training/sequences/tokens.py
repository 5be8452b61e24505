"""The tokenizer stage: byte-level BPE in which a newline, a Chinese character and a label stand alone."""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from model_runtime.training.examples.examples import read_examples
from model_runtime.training.examples.prompt import CHAT_TEMPLATE, END, LABELS, PAD, START

VOCABULARY = 12_000
CONTEXT = 2048
GAP = "\n\n"  # stands between question and sentences: one token, so that a sentence's tokens easily see it
_PIECES = r" ?\p{L}+| ?\p{N}{1,4}| ?[^\s\p{L}\p{N}]+|\s+"


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """BPE over `texts`. Chinese characters never merge, so that equal characters are equal tokens; a newline
    never merges, so that going on or stopping after a sentence is the choice of one token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex("\n"), "isolated"),
            pre_tokenizers.Split(Regex("[\u3400-\u9fff]"), "isolated"),
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - 4 - len(LABELS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([PAD, START, END])
    tokenizer.add_tokens([AddedToken(label, normalized=False) for label in (*LABELS, GAP)])
    return tokenizer


def training_texts(dataset: Path) -> list[str]:
    """Every distinct question and sentence of the training examples, in order of appearance."""
    texts: dict[str, None] = {}
    for example in read_examples(dataset / "train.jsonl"):
        texts[example.question] = None
        texts.update(dict.fromkeys(" " + sentence for sentence in example.sentences))
    return list(texts)


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Write tokenizer.json, tokenizer_config.json and chat_template.jinja for AutoTokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    wrapped.chat_template = CHAT_TEMPLATE
    wrapped.save_pretrained(folder)


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """Id of a token that must be there."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"The tokenizer has no token {token!r}.")
    return int(found)


def load_tokenizer(folder: Path) -> Tokenizer:
    """The bare tokenizer of a folder written by `save_tokenizer`."""
    return Tokenizer.from_file(str(folder / "tokenizer.json"))
