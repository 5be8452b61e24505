"""Whether an utterance may be small talk at all. Neither a question about the weather on Mars nor letters without
sense are, whatever a small model takes them for.

Both lists hold what stands in the utterances that the shipped model was trained on, with some words more. Made of
nine tenths of these, they let 214 of 231 English and 281 of 285 Chinese ones of the last tenth pass.
"""

import re
import unicodedata

_FEW = 3  # words, all of which must be usual, but for a name behind a greeting or "I am"
_UNKNOWN = 0.2  # of more words
_WORDS = """
a about accounted acknowledged acquaintance actual actually address adieu adios afternoon again agree ah aha ahh
ahoy ai alexa alive all alligator aloha alright alrighty am amazed amazing amigo an and android animal answer
answers any anybody anyone anything app appreciate appreciated architect are arent around arrived art artificial
as ask assist assume assuming at attem ava available aware awesome back bad badass be because bed bedbugs been
bees being believe best better big biggest bingo bishop bit bite bixby blessed body bon bonjour boss bosses bot
boy brand brings bro bud buddy buenas buenos bugs buh build built but by bye c call called calling can cant
capabilities capability capable career caring cat catch channel charge charmed chat chatbot chatting check
cheers chitchat ciao clear coded coder come company comprehending computer conversation cookin cooking cool
corporeal cortana could couldnt crackin cracking create created creating creator creature cya d danke data day
decent define delight demo depart describe design designation designed designer designing details dev develop
developed developer diagnostic diagnostics dias did digging digital director directors directs dirt dish divine
do does dog doing done dont door down dream dreams droid dude duh e earn editorial else employed employment
enchante encouraging end engineered enjoy enjoying enough evenin evening ever everything exactly excellent
excited exist expected explain fab fabulous facsimile fake fan fantastic far fare farewell fascinating fav favor
feel feeling fella figure finally find fine first fleek flesh flip fly folks following for form forward free
frequency friday friend friendly from fun function functional functioning functions funny g gday gdevenin
gdevening gem gerty get getting gimme girl give glad gnight go going gonna good goodbye google got gotcha gotta
gracias grateful great greetings groovy guessing guten ha haha hail hailing hal handle hangin hanging happening
happier happiness happs happy haps has have having headed heading hear hell hello hells help helped helpful
helping helps here heres hey heya hi hilarious hiya ho hola home homie honor hood hooray hope hoping how howd
howdy hows human humblest i id if ill im imaginary important impressed impressive in incorporated incredible
insect intelligence interesting into introduce introduction introductions is it its ive jet jetting job just k
keep keeper kind kindly kinds knees knock know kthx l lady last later latest laugh leader leave leaving legit
let lets level life lifeform like line lines listen listening little livelihood living log logging lol looking
lot love lovely low lowdown m machine made make maker making man manager managers manifest manifested many
marvelous master mate may me meet meeting merci met mic might monday more morgen mornin morning morrow motor
motoring much must my nah name neat neato need new news nice nicely night nighters nighty nkay no noches nope
not notch now o occupation of off official oh ok okay okey on one only oo oops open or organic other our out
outstanding outta over owns pal partner peace people perfect perfecto performing person personality place plan
platform pleasant please pleased pleasure po point poppin popping power prefer present pretend problem produced
product profession professional program programmed programmer programming projects pumped purpose question
questions r rad radical read real really refer registering report respond response responses responsible
returned right rise robby robot rock roger role routine run running runs ryokai salutations samantha saturday
say sayonara scoop scoot scooting see self sense sentient serve shaking shalom shine shots should show shows
shutting side sign signing signs simply sincere siri sk skedaddle skedaddling skills skinny sleep so soir solved
somebody someone something sorry sorts soul sounds speak speaking spectacular starshine stellar stupendous
sunday sunshine sup super supervises supervisor supervisors suppose supposed sure suspect sweet swell systems
tada take taking talk talking tardes tasks team tell tells test testing tests than thank thankful thanks that
thats the thee then there they thing things think this thnx thou though thursday thus thx tidings till time
title to today tomorrow toodle top totally treating tricks truly trying tubular tuesday turn turning ty u
understand understanding up update use using very wake wall wanna want was wassup way wazzup we wednesday week
welcome well were what whats whatsup whazzup where which who whom whos whose why will wishing with witty woman
wonder wonderful word work working works world worries would wow write writer writes wrote ya yay yeah yep yes
yo yoohoo you your youre yourself youve yup zoo
"""
_CHARACTERS = """
一万三上下不与世业东丝两个中为举么义之乐也了事二于五些产享亮亲人什今介从他付代令以们仿优伙会伦伴位体何作你使侬
便信候值假做傍儿兄先光入公六关兴其养内再写冰决准几出分切创利别到制刻办功动助劳十午印即厉去又及友反发取受句只叫
可台司同名后向吗否吧听启呀呆告呐呢周呵呼命咋和哇哈哟哦哪啊啥啦喂喔喜喽嗨嗯嘛嘿噢器四回团在场塞声处备多夜够大天
太头女好如妙始姓娜子字存学它安完官定宝实客害家容对导将小尤就岁崭工己已希带帮常干幸床序应底度开强当彩待很得微心
必忘忙快怀态怎思急性恩息您情想愉意感懂成我所手打技把报担拜拟拿挂挺提搞擅收数整断新方旁无日早时明星昨是晓晚晨智
更最有朋望期末机束条来板极样格案桩梦棒楚次欢歌正此段每比气永汇没注活派流测消深清满漂激灵点然爱物特状狗猜猫玩现
理甚生用电男界疑登白的监目直看真着睡督知码研确祝神离秀种称程空笑答简算管类粉精系紧级终绍经结给绝统编美老者聊职
肯能脑膜自般色荣虚行被西要见觉角解计认让议讲设证识诉诊试话诞该语说请谁谈谓谢象贝负责赖赚赞走起超趣足跑跟跪路身
车软边过运近还这进迷退途逗通造遇遍道那都酷醒里钱销错长问队阳阵阶附降随难雇非靠音项顺须领题飞马驶驾高魂鲜齿
辛苦烦嘻哎耶
"""
_USUAL_WORDS, _USUAL_CHARACTERS = frozenset(_WORDS.split()), frozenset(_CHARACTERS)
_WORD = re.compile(r"[a-z]+")
_BEFORE_A_NAME = re.compile(
    r"(?:(?:hi|hello|hey)(?: there)?|heya|hiya|howdy|yo|greetings|thanks|thx|thank you|cheers|bye|goodbye|"
    r"good (?:morning|afternoon|evening|night|day)|i am|im|its|call me|name is)"
)
# In Chinese who chats asks the one spoken to, or how things go; who asks anything else wants to know it.
_ASKS = re.compile(r"[吗几谁]|什么|怎么|怎样|如何|多少|多久|哪[里儿个些天年]|([\u4e00-\u9fff])不\1")
_CHATS = re.compile(
    r"[你您侬我咱]|有人|客气|最近|新鲜|好玩|挂齿|没什么|事情|发生|在不在|名字|称呼|机器人|真人|心情|还在|还好|聊天|"
    r"^(?:今天|现在)?(?:过得|[还是能会在])?"
    r"(?:有空|听得?懂|[忙睡](?:不[忙睡])?|[忙干做]什么|开心|谁|人|程序|人工智能|几岁|怎么样)[了吗啊呀呢啦么\W]*$"
)
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_LETTERS = re.compile(r"[^\W\d_]")


def may_be_small_talk(text: str) -> bool:
    """True where nearly all words, and all Chinese characters, are such as small talk uses. Other scripts are not
    judged; without letters only a pictograph says something.
    """
    folded = unicodedata.normalize("NFKD", text.casefold()).replace("’", "").replace("'", "")
    letters = _LETTERS.findall(folded)
    if not letters:
        return any(unicodedata.category(sign) == "So" for sign in folded)
    han = [letter for letter in letters if "\u3400" <= letter <= "\u9fff"]
    if any(not "a" <= letter <= "z" for letter in letters if letter not in han):
        return True
    if _ASKS.search(folded) and not _CHATS.search(folded):
        return False
    return _USUAL_CHARACTERS.issuperset(han) and _are_usual(_WORD.findall(folded))


def _are_usual(words: list[str]) -> bool:
    strange = [_DRAWN_OUT.sub(r"\1", word) not in _USUAL_WORDS for word in words]
    if len(words) > _FEW:
        return sum(strange) <= len(words) * _UNKNOWN
    named = bool(_BEFORE_A_NAME.fullmatch(" ".join(words[:-1])))
    return not any(strange[:-1] if named else strange)
