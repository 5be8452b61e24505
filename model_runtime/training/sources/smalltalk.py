"""Chit-chat files of the Bot Framework: utterances mapped to the phrases the model can give."""

from pathlib import Path

from model_runtime.training.examples.prompt import Language

# Question that heads a group of variants -> phrase; every other group is declined.
PHRASES: dict[str, str] = {
    **dict.fromkeys(
        (
            "Yo dude",
            "Good evening robot",
            "Good morning sunshine",
            "How'd you sleep last night?",
            "It's a pleasure to finally meet you",
            "Hey R2-D2",
            "Can you hear me now?",
            "How is your Tuesday so far",
            "Gimme the dirt",
            "I have returned",
            "Knock knock",
            "哦哈喽",
            "希望你度过一个美妙的早晨亲亲",
            "早上好呀我的小伙伴",
            "你每天都过得怎么样啊",
            "能认识你真的很开心",
            "你好小冰",
            "告诉我你今天都在干什么",
            "你周三过得开不开心",
            "你有空和我说话吗",
        ),
        "hello",
    ),
    **dict.fromkeys(
        ("That's very kind", "I am a fan", "How amazing", "晓得了谢谢侬", "你回答的特别出色"), "thanks"
    ),
    **dict.fromkeys(
        ("I'm gonna skedaddle", "Have yourself a good night", "待会儿和你聊", "我现在准备去睡觉了"), "bye"
    ),
    **dict.fromkeys(
        (
            "Who programmed you?",
            "What is your purpose?",
            "With whom am I talking?",
            "Are you fake?",
            "What line of work are you in?",
            "Who's calling the shots?",
            "我想知道你叫什么",
            "你知道你有什么用场吗",
            "告诉我你是怎么来到这个世界",
            "我在和一个机器人说话吗",
            "你是怎样赚取收入的",
            "你向谁汇报工作的",
        ),
        "who",
    ),
}
COMMON: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "hello": ("hi", "hello", "hey", "Hi there", "Hello there!", "good afternoon", "Hey, anyone there?"),
        "thanks": ("thanks", "thank you", "thx", "Thanks a lot!", "Thank you so much", "ok thanks", "great, thanks",
                   "perfect, thank you", "that helps, thanks"),
        "bye": ("bye", "goodbye", "see you", "Bye bye", "that's all, bye", "have a nice day", "see you later"),
        "who": ("who are you", "what are you?", "what can you do?", "are you a bot?", "are you human?",
                "What is your name?", "what can I ask you?", "how can you help me"),
    },
    "zh": {
        "hello": ("你好", "您好", "嗨", "在吗", "你好啊", "哈喽", "早上好", "晚上好", "有人吗", "hi", "hello"),
        "thanks": ("谢谢", "谢谢你", "多谢", "非常感谢", "好的谢谢", "感谢", "谢了", "明白了，谢谢"),
        "bye": ("再见", "拜拜", "下次再聊", "没有别的问题了，再见", "晚安", "先这样，拜拜", "我走了", "bye"),
        "who": ("你是谁", "你叫什么名字", "你能做什么", "你是机器人吗", "你是真人吗", "你会什么", "介绍一下你自己",
                "我可以问你什么", "你有什么功能"),
    },
}  # fmt: skip


def read_smalltalk(path: Path) -> list[tuple[str, str]]:
    """(utterance, phrase) pairs of one .qna file, in file order."""
    pairs: list[tuple[str, str]] = []
    for block in path.read_text(encoding="utf-8").split("# ? ")[1:]:
        lines = block.splitlines()
        phrase = PHRASES.get(lines[0].strip(), "no")
        variants = [lines[0], *(line[2:] for line in lines if line.startswith("- "))]
        pairs.extend((variant.strip(), phrase) for variant in variants if variant.strip())
    return pairs


def common_smalltalk(language: Language) -> list[tuple[str, str]]:
    """(utterance, phrase) pairs of the forms that people type most."""
    return [(text, phrase) for phrase, texts in COMMON[language].items() for text in texts]
