"""The words of four-bounds texts: every pattern the reader uses, by name.

All patterns are for normalised text (NFKC, no blanks) and are bounded: none may look back and
forth over more than a few dozen characters, so that a hostile text costs no more than a plain one.
"""

from __future__ import annotations

import re

from geo.measure import HECTARE_PER_KM2, MU_PER_KM2


def _words(text: str) -> list[str]:
    """Return the words of a list written as one text, for a list that a person can read."""
    return text.split()


# --- sides ---------------------------------------------------------------------------------------

# Verbs that open a side by themselves, and those that prose uses as well ("广东为中心"): the latter
# open a side only before names that end like names of features.
STRONG_VERBS = _words(
    "至于 至到 至 到达 到 起自 起于 起 直至 直抵 抵达 抵 延伸至 延伸到 延至 毗邻 毗连 毗 紧邻 "
    "紧靠 紧临 紧接 邻近 邻接 邻 临近 临接 临 濒临 濒 接壤 接 靠近 靠 界至 相邻"
)
WEAK_VERBS = _words("以 为 是 与 同 沿 依 连 达 止于 止 迄 自 傍 滨 隔 襟 枕 : - —")
_NOUN = r"(?:方向|[侧面边部方端向])?(?:[两三四](?:侧|面|边|至)|四至)?(?:边界线?|界线?)?"
# "东至", "东、南至", "东侧为", "东、西两侧均为", "东南西北分别至", "东以"; "东界万芳路" at the
# beginning of a clause.
MARK = (
    r"(?P<mark>(?<!以)(?P<dirs>[东南西北]{2,4}(?=[侧面边]?(?:[两三四][侧面边至]|均|都|分别|各))"
    r"|[东西][南北](?![东南西北])|[东南西北](?:[、,和及与/][东南西北]){0,3})"
    rf"{_NOUN}(?P<adverb>分别|各自?|均|都|则|大致|基本)?(?!以及)"
    r"(?P<verb>距离?(?=[^,、。;\n]{2,16}?\d{1,3}(?:米|m))"
    rf"|{'|'.join(sorted([*STRONG_VERBS, *WEAK_VERBS], key=len, reverse=True))}"
    r"|(?<=[侧面边界线]))(?P<colon>:)?)"
)
# A mark that is a span and no side: "东到西长3公里".
RUNS_ACROSS = re.compile(
    r"[东南西北]{1,2}(?=[长宽跨约](?:[约达]|\d)|走向|总长|向(?:[,、。延]|\Z)|[的,、。;)\d\n]|\Z)"
)
DISTRIBUTED = {"分别", "各", "各自"}
# Behind these a compass word is part of a place name (广东, 江南, 闸北).
COMPOUND = frozenset("广山浦华辽关远江河湖云海济越闸台苏淮陕胶丹京沿以自从由")

# --- tokens --------------------------------------------------------------------------------------

UNITS_KM2 = {
    "平方公里": 1.0, "平方千米": 1.0, "km2": 1.0, "km^2": 1.0,
    "公顷": 1 / HECTARE_PER_KM2, "ha": 1 / HECTARE_PER_KM2, "hm2": 1 / HECTARE_PER_KM2,
    "万平方米": 0.01, "万平米": 0.01, "万m2": 0.01, "平方米": 1e-6, "平米": 1e-6, "m2": 1e-6,
    "万亩": 1e4 / MU_PER_KM2, "亩": 1 / MU_PER_KM2,
}  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,9})?|\d{1,9}(?:\.\d{1,9})?)"
_UNIT = (
    r"(?i:平方公里|平方千米|km\^?2|公顷|ha(?![a-z])|hm2|万平方米|万平米|万m2|平方米|平米|m2|万亩"
    r"|亩(?!均))"
)
AREA = (
    rf"(?P<area>(?<![\d.])(?<!\d,)(?:(?P<from>{_NUMBER})[-~—至])?(?P<value>{_NUMBER})"
    rf"(?P<unit>{_UNIT})(?:左右|余)?)"
)
_CODE = r"[SGAX]\d{1,4}"
JOIN = (
    r"(?P<join>、|/|(?<![0-9A-Za-z])[—–―]+|[—–―]+(?!\d)|(?<!\d)~+|~+(?!\d)|[-=]+>|[→⇒↔]|(?<![0-9A-Za-z])-+|-+(?![0-9A-Za-z])"
    rf"|(?<=[SGA]\d)-(?={_CODE})|(?<=[SGA]\d\d)-(?={_CODE}))"
)
# Tags and entities that come along from web pages.
MARKUP = r"(?P<markup><[/!a-zA-Z][^<>\n]{0,60}>|&#?[a-z0-9]{2,6};)"
TOKEN = re.compile(
    rf"{MARK}|{AREA}|{JOIN}|{MARKUP}|(?P<comma>,)|(?P<stop>[。;!?\n])"
    r"|(?P<open>[(\[【〔])|(?P<close>[)\]】〕])"
)
# Words that join two names, but only behind a complete one: 和平路 is one name.
WORD_JOIN = re.compile(
    r"以及|及|与|和|或|并|暨|再?接|折?转(?:向|入|至)?|折(?:向|入|至)|再?至|再?到|经"
)
OFFER_JOIN = frozenset("及与和或并暨接转折至到经")

# --- names ---------------------------------------------------------------------------------------

# What a name must end with to be taken for a feature when nothing else proves that it is one.
_ENDINGS = _words(
    "公路 大道 高速公路 高速 高架路 高架 快速路 快速 环线 国道 省道 县道 铁路 高铁 路 街 弄 "
    "巷 线 河 江 港 塘 浦 泾 浜 溇 渠 湖 海 湾 溪 沟 漾 荡 泖 洋 泓 海塘 海岸 界 边界 交界 桥 "
    "立交 堤 大堤 岸 绿地 绿带 绿化带 林带 走廊 管线 管道 管廊 地块 街坊 单元 围墙 隧道 匝道 "
    "河道 环路 内环 中环 外环"
)
NAME_END = re.compile(
    rf"(?:{'|'.join(sorted(_ENDINGS, key=len, reverse=True))}|(?<!街)道|(?<![0-9A-Za-z]){_CODE})\Z"
)
# 界浜, 界河, 界泾路: names that begin like the end of "…为界".
BORDER_NAME = re.compile(r"界(?:浜|河|泾|港|塘|沟|龙|牌|首|路)")
# A region on the far side of a border: only in "东与徐汇区相接".
REGION_END = re.compile(r"(?:区|镇|乡|县|市|省|村|街道)\Z")
# The ending as a word of its own, for the length of what stands before it.
SUFFIX = re.compile(
    r"(?:高速公路|高架道路|高架路|快速路|公路|大道|道路|高速|高架|环路|支路|铁路|路|道|街|弄|巷|河|江|港|塘|浦|泾|浜|"
    r"溇|渠|湖|海|湾|界|桥|线|城|园|区|镇|村)\Z"
)
CODE_FIRST = re.compile(rf"(?P<code>{_CODE})(?=[^0-9A-Za-z-])")
CODE_LAST = re.compile(rf"(?<=[^0-9A-Za-z-])(?P<code>{_CODE})\Z")
CODE_ONLY = re.compile(rf"{_CODE}\Z")
# Behind a code these are no name of their own: A15公路, S4高速.
PLAIN_ROAD = frozenset(_words("公路 高速公路 高速 国道 省道 县道 快速路 高架 高架路 线 道路 路"))
LOT_CODE = re.compile(r"[A-Z]{0,5}\d{0,6}[A-Z]?-[A-Z]?\d{1,4}[A-Z]?\Z")

BEFORE = re.compile(
    r"(?P<join>以及|及|与|和|或|并|暨|再?接|折?转(?:向|入|至)?|折(?:向|入|至)|再?至|再?到|经|临|邻|为|是|以|:|边界为|界线为|[“”\"'「」『』《》]+)"
    r"|(?P<word>规划中的|规划的|规划|现状的|现状|现有的|现有|既有|已建|原有|拟建|在建|待建|新建|未建|改建|"
    r"约|原(?!水)|沿)"
)
BEFORE_FIRST = frozenset(
    "以及与和或并暨再转折经至到临接邻为是:边界“”\"'「」『』《》规现既已原拟在待新未改约沿"
)
# "规划" belongs to what has no other name: 规划路, 规划一路, 规划A路.
PLANNED_NAME = re.compile(
    r"规划(?:道路|城市道路|支路|次干路|主干路|公路|路|[一二三四五六七八九十\dA-Z]{1,3}号?(?:道路|路|河|支路))\Z"
)
_SIDEWORD = r"(?:[东西][南北]|[东南西北])"
_NUMERAL = "零一二两三四五六七八九十百千"
AFTER = re.compile(
    r"(?P<end>[“”\"'「」『』《》]+|为界限?|为限|为边界|为止|止|一侧为界|等|(?:所|共同)?(?:围合|合围|围成|包围|环绕)(?:而成)?的?"
    r"(?:闭合)?(?:区域|范围|地区|地块|用地|部分)?内?|所围的?(?:区域|范围)|的?(?:区域|范围)内?|"
    r"相接|相邻|相连|接壤|毗邻|毗连|相隔|为邻|交接|处)\Z"
    rf"|(?P<offset>(?:以|向|往|偏)?(?P<towards>{_SIDEWORD}|[内外])?(?:侧|面|边|方|移|退界?|扩)?(?:红线|边线|绿线|蓝线)?外?(?P<about>大约|约|近)?"
    rf"(?:(?P<low>\d{{1,5}}(?:\.\d{{1,3}})?)(?:米|m)?[-~—至到](?=\d))?"
    rf"(?P<metres>\d{{1,5}}(?:\.\d{{1,3}})?|(?<![{_NUMERAL}几数])[{_NUMERAL}]{{1,8}})(?P<measure>公里|千米|km|米|m)(?:处|位置)?(?P<some>左右|余)?处?)\Z"
    rf"|(?P<extended>向?{_SIDEWORD}?(?:侧|面)?(?:延伸|延长)(?:段|线|部分)?)\Z"
    r"|(?P<house>(?<=[路街道弄巷线号])(?:\d{1,5}(?:[-~、]\d{1,5})?(?:号|弄|支弄|室)){1,3})\Z"
    r"|(?P<word>(?:防护|生态|滨江|滨河|沿江|沿河|公共)?绿(?:地|带|化带|化)|林带|(?:道路|河道)?(?:规划)?中心线|中线|"
    r"(?:(?<=[路道街河江塘浦泾港])[东南西北]侧?)?(?:道路|规划|用地|地块|河道|(?<=路)公路)*[红蓝绿黄紫]线|(?:规划)?(?:边线|河口线|岸线|驳岸)|防汛墙|"
    rf"以{_SIDEWORD}|{_SIDEWORD}(?:侧|面|边|端|部|段)|{_SIDEWORD}?(?:用地|侧)?(?:边界线?|边缘|界线)|"
    r"[东南西北左右两]岸|沿岸|(?<=[江河湖海浦塘])边|两侧|内侧|外侧|一线|沿线|一带|附近|段|"
    r"(?:规划)?(?<=[路道街线弄])道路|交叉口|交叉处|交汇处|路口)\Z"
)
AFTER_LAST = frozenset(
    "”\"'」』》“"
    "界限止等为内域围区分接邻连壤隔处余右线段伸地带化墙东南西北侧面边端部缘岸近口米里m号弄室块用成合绕"
)
AFTER_WINDOW = 18
# Places whose border is a feature, not a part of one: 松江区边界.
REGION_BORDER = re.compile(r"(?:区|镇|乡|县|市|省|村|街道)边界线?\Z")
DISTRICTS = frozenset(
    _words(
        "黄浦 徐汇 长宁 静安 普陀 虹口 杨浦 宝山 闵行 嘉定 浦东 金山 松江 青浦 奉贤 崇明 浦东新区"
    )
)
PARCEL_END = re.compile(r"(?:地块|宗地)\Z")
# A stretch of words that is prose, not a name.
PROSE = re.compile(
    r"[的是有在将被了其该属涉总共约已]|设置|面积|位于|包括|规模|建设|重点|打造|发展|推进|面向|形成"
)
# The rest of a side behind its name when the sentence simply goes on.
PROSE_TAIL = re.compile(
    r"(?:总|规划)?(?:用地|占地)?面积|范围|区域|围合|总|共|合计|属|位于|涉及|包括|的|内(?!部)|处于|现为"
)
FAR_SIDE = re.compile(
    r"(?:[^隔]{0,12}隔)?(?P<name>[^隔与同和]{2,12})(?:[与同和][^隔]{1,12})?相望\Z"
)
# Where a second name may begin though nothing parts it from the first.
GLUE = re.compile(r"(?<!铁)(?:路|大道)(?![口段线高架中东南西北支弄号沿以上下]|公路|大道|内)")

GENERIC = frozenset(
    _words(
        "规划路 规划道路 道路 公路 小路 支路 规划支路 乡道 村道 机耕路 高速公路 河道 河流 小河 "
        "河 路 江 海 界河 明沟 水渠 沟渠 池塘 鱼塘 铁路 铁路线 区界 镇界 村界 市界 县界 省界 "
        "乡界 街道界 行政区界 行政界线 厂界 海岸线 海岸 海塘 大堤 岸线 高压走廊 高压线 高压电线 "
        "高压线走廊 输电线 油气管线 天然气管线 管线 绿地 绿化带 绿带 地块 红线 规划红线 "
        "道路红线 用地红线 蓝线 用地边界 征地边界 围墙 农田 空地 村庄 民宅 居民区 居民住宅 桥 "
        "轨道交通"
    )
)
GENERIC_END = re.compile(r"(?:规划)?(?:道路|支路|次干路|主干路|城市道路|[区镇村]界)\Z")

_KINDS = (
    ("rail", "铁路 铁路线 高铁 专用线 号线 磁浮 磁悬浮 磁浮线 轨道交通 铁路支线"),
    ("pipeline", "高压走廊 高压线 高压电线 高压线走廊 输电线 管线 管道 管廊 电力走廊 铁塔"),
    ("coast", "海岸线 海岸 海塘 海堤 大堤 杭州湾 东海 滩涂 长江口"),
    ("border", "界 边界 交界 交界线 界线 边界线 区 镇 乡 县 街道"),
    ("bridge", "桥 立交"),
    ("parcel", "地块 宗地 街坊 单元 号地"),
    ("bank", "岸 堤 防汛墙 岸线"),
    ("river", "河 江 港 塘 浦 泾 浜 溇 渠 湖 湾 溪 沟 漾 荡 泖 洋 泓 河道 水系"),
    ("road", "路 道 街 弄 巷 高速 高架 环线 快速 国道 省道 匝道 内环 中环 外环 郊环 高速公路 隧道"),
)  # fmt: skip
KIND_ENDS = tuple((kind, tuple(words.split())) for kind, words in _KINDS)
BANK_WORDS = ("岸", "岸线", "河口线", "防汛墙", "驳岸")
SEA_NAMES = ("长江", "东海", "杭州湾", "长江口", "海")

# --- brackets ------------------------------------------------------------------------------------

ALSO_CALLED = re.compile(
    r"(?:暂名|暂定名|又名|又称|亦称|也称|俗称|简称|原名|原称|曾用名|原|现名|现称|现|即|或)(?:为|:)?"
)
REMARK_WORDS = re.compile(r"为准|详见|附图|以下|示意|公告|注")
NO_NAME = re.compile(r"含|除外|暂\Z")
STRETCH = re.compile(r"[—–―~至到-]|段\Z")

# --- zones ---------------------------------------------------------------------------------------

_ORDINAL = "一二三四五六七八九十"
LABEL = re.compile(
    rf"(?:第?[{_ORDINAL}\d]{{1,3}}(?:期|标段|(?:号|#)?(?:片区|地块|组团|分区))"
    r"|[首近远]期(?=[:,\d东南西北为范四面用规占])|(?:启动|拓展|核心|先行|起步|扩展|示范)区(?![域块间内])"
    r"|[东南西北中]{1,3}[部侧]?(?:片区|地块|组团|园区)|[东南西北中]区(?![域块位间界])"
    rf"|(?:地块|片区|区块|组团)[{_ORDINAL}\dA-Z](?![\dA-Z-])"
    r"|(?<![0-9A-Za-z])[A-Z]\d{0,2}(?:地块|片区|组团|区(?![域块位间界])))"
)
LABEL_LEAD = re.compile(r"[\w“”\"·-]{1,12}\Z")
LABEL_CUT = re.compile(
    r".*(?:其中|推进|建设|打造|位于|关于|包括|分为|的|和|与|及|为|是|本|该|即|以下)"
)
ENUMERATOR = re.compile(
    rf"(?:\([{_ORDINAL}\d]{{1,2}}\)|(?<![\d.])\d{{1,2}}[、.)](?!\d)|(?<!\w)[{_ORDINAL}]{{1,2}}、|(?<![\w.])\d{{1,2}}(?=[东南西北]|\Z))"
)
# What a zone is called without a label: "莘庄工业区：东至…", "紫竹高新区四至范围为东至…".
TITLE = re.compile(
    r"(?<![\w“”])(?P<title>[\w“”·-]{2,16}?)的?(?::|(?:规划)?(?:四至|范围)(?:范围)?(?:如下)?[为是:])+\Z"
)
NO_TITLE = re.compile(r"(?:规划|用地|土地|征收|四至|范围|界址|本次|具体|面积|地块|项目|其中)*\Z")
# What leads up to a stated area: "规划总面积约".
AREA_LEAD = re.compile(
    r"(?:(?:总|规划|占地|用地|土地|建设|出让|征收|地块|园区|区域|四至|其)*(?:面积|占地|用地))?"
    r"(?:合计|共计|总计|约为|约|为|是|:|共|达到|达|近)*\Z"
)
# What an area is that is only a limit, or ground that does not count as the zone's.
LIMITED = re.compile(r"扣除|建设用地|不超过|不少于|不低于|不大于|不小于|超过|至少|不足")
LIMIT_LEAD = re.compile(r"[^,、。;:()\n]*\Z")
LIMIT_BEHIND = re.compile(r"以[上下内]")
RESPECTIVELY = re.compile(r"分别(?:约?为|是|:|约|达到?)*约?\Z")
LIST_ONLY = re.compile(r"[、,和与及]{1,2}约?")
SUBSET = re.compile(
    r"其中|可用|可开发|可使用|已开发|已建|工业用地|研发用地|居住用地|住宅|建筑|绿地面积|绿化|水域|厂房|楼宇|商业|仓储|农用地|"
    r"耕地|产业用地|核心区|启动区|剩余|储备|道路用地|林地|全镇|全区|全市"
)
TOGETHER = re.compile(
    r"合计|共计|总计|总共|一共|共|两(?:期|片|区|个|块|地|者|处)|[三四](?:期|片|个|块|处)|总面积|总用地|各片区"
)
INTRO = re.compile(
    r"(?:[,、。;:!?\n()\[\]【】〔〕/“”\"'—–~-]+|(?:规划|项目|用地|征收|本次|具体|该|其|地块|建设|出让)*(?:四至|范围|界址|边界|四界)+"
    r"(?:范围|边界|四至)*(?:如下|分别|具体)*(?:为|是)?|以下|如下|往|向|分别|其中|分别)+"
)

# --- other forms ---------------------------------------------------------------------------------

HALF_PLANE = re.compile(rf"以(?P<dir>{_SIDEWORD})(?![东南西北])|(?P<flank>{_SIDEWORD})侧\Z")
# "以七莘路为东界,顾戴路为南界": the names, with 、 between several, and the side.
AS_SIDE = re.compile(
    r"(?:[以由]|(?<=[,、;。:\n(])|\A)(?P<words>[^,;。:\n为以由()]{2,40}?)"
    r"为(?P<dir>[东西][南北]|[东南西北])[侧面边部]?(?:边界线?|界线?)(?=[,、;。\n)围]|\Z)"
)
AS_SIDE_END = re.compile(r"为[东南西北]{1,2}[侧面边部]?(?:边界|界)")
LIST_SIGN = re.compile(r"([、—–―/]+|(?<=[路道河江塘浦泾港])[和与及])")
# A compass word right before a name: "北江月路"; only rows of them are sides.
BARE_SIDE = re.compile(
    r"(?P<dir>[东南西北])(?P<rest>(?![东南西北侧面边部至到起以为是临接邻靠距:])[^,;、。:\n()]{3,16})(?=[,;、。\n]|\Z)"
)
ROW_LEAD = re.compile(r"(?:四至|界址|边界|范围|四界)[^,;、。\n]{0,8}\Z")
# "以A—B—C—D为界" encloses a zone, unless it parts two.
AS_BOUNDARY = re.compile(r"为(?:边界|界)(?![面定限]|线?,?(?:将|把|划?分))")
# The border of two districts is one feature: 闵行区—徐汇区界.
BORDER_PAIR = re.compile(r"[^,、。;—–―~()\n-]{1,6}?(?:[区县镇乡市省]|街道)?(?:交|边)?界")
ENCLOSED = re.compile(
    r"(?:所|共同)?(?:围合|合围|围成|包围|环绕)|所围|之间(?=的?(?:区域|范围|地块|地区))"
)
COUNTED = re.compile(r"[两三四五六七八\d]条(?:市政)?(?:道路|路|河道|河流|界线)\Z")
LEAD_IN = re.compile(r".*(?:[由为是:“\"「]|位于|在|即|范围|包括|指|自|将|以|沿)", re.DOTALL)
AFTER_ENCLOSED = re.compile(r"(?:而成|起来)?的?(?:闭合)?(?:区域|范围|地区|地块|用地)?内?")
AFTER_HALF_PLANES = re.compile(
    r"(?:的?(?:所|共同)?(?:围合|合围|围成|所围)(?:而成)?)?的?(?:区域|范围|地区|地块|用地)?内?"
)

# --- what was not read ---------------------------------------------------------------------------

COUNTED_NAME = re.compile(r"(?:[一二两三四五六七八九十]|\d{1,3})[条个座处]")
SENTENCE_END = re.compile(r"[。!?\n]")
EXCLUDES = re.compile(r"(?<![拆清消])除|不含|不包括|不包含|扣除|以外|之外|范围外|剔除")
DISTANCE_RANGE = re.compile(r"[约近]?\d[\d.]*(?:米|m)?[-~—至到]\d[\d.]*(?:公里|千米|km|米|m)")
DISTANCE = re.compile(rf"[\d{_NUMERAL}]多?(?:公里|千米|km|米|m)")
DISTANCE_LEFT = re.compile(rf"[\d{_NUMERAL}几数.-]{{1,12}}多?(?:公里|千米|km|米)")
