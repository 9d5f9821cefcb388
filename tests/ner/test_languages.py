"""The engine learns and finds entities in every script, by one code path for all of them.

Each case is a small made-up corpus: lines of a language with gaps for a person and a place. Names
stand glued to case endings, particles and prefixes where the language does so; what is tagged is
the name alone. In each list of names the last two are kept for the texts to be searched.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from shared.ner.estimator import EntityEstimator
from shared.text.spans import Span

_GAP = re.compile(r"\{(person|place)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A made-up corpus of one language."""

    script: str
    #: Lines with gaps.
    lines: tuple[str, ...]
    #: What fills the gaps; what follows `|` is glued to the name and no part of it.
    people: tuple[str, ...]
    places: tuple[str, ...]


CASES = (
    Case(
        script="Latin with diacritics",
        lines=(
            "Smlouvu podepsal {person} v obci {place}.",
            "Svědek: {person}, bytem {place}",
            "Dnes přijela {person} do města {place} vlakem.",
            "Úroky budou vypláceny čtvrtletně a bez dalších příloh.",
        ),
        people=("Jiří Dvořák", "Zdeněk Šťastný", "Thérèse Lefèvre", "Nguyễn Thị Ánh", "Åsa Öberg",
                "Božena Němcová", "João Gonçalves", "Łukasz Żółć", "Růžena Křížová",
                "Đỗ Hữu Phước"),
        places=("Plzeň", "Kroměříž", "Třebíč", "Ústí", "Kadaň", "Zlín", "Děčín", "Žďár"),
    ),
    Case(
        script="Cyrillic",
        lines=(
            "Договор подписал {person} в городе {place}.",
            "Свидетель: {person}, адрес: {place}",
            "Вчера {person} уехал из города {place} на поезде.",
            "Проценты выплачиваются ежеквартально, без приложений.",
        ),
        people=("Иван Петров", "Алёна Королёва", "Сергей Чайковский", "Юрий Щукин", "Ђорђе Јовић",
                "Олексій Їжак", "Марија Његош", "Фёдор Ефимов", "Ярослава Эйдель"),
        places=("Тверь", "Орёл", "Казань", "Ніжин", "Пермь", "Ћуприја", "Йошкар", "Энгельс"),
    ),
    Case(
        script="Greek",
        lines=(
            "Τη σύμβαση υπέγραψε ο κύριος {person} στην πόλη {place}.",
            "Μάρτυρας: {person}, κάτοικος: {place}",
            "Χθες ήρθε η κυρία {person} από την πόλη {place} με τρένο.",
            "Οι τόκοι καταβάλλονται κάθε τρίμηνο χωρίς παράρτημα.",
        ),
        people=("Νίκος Παππάς", "Ελένη Αγγέλου", "Γιώργος Ξένος", "Άννα Ψαρρού", "ΚΩΣΤΑΣ ΡΗΓΑΣ",
                "Μαΐα Ζαΐμη", "Θωμάς Λυρίτης", "Ὀδυσσεὺς Ἰθακήσιος"),
        places=("Αθήνα", "Πάτρα", "Ιωάννινα", "Χανιά", "Λάρισα", "Βόλος", "Ύδρα", "Καβάλα"),
    ),
    Case(
        script="Arabic",
        lines=(
            "\u200fوَقَّعَ العقدَ السيد {person} في مدينة {place}.\u200f",
            "الشاهد: {person}، العنوان: {place}",
            "سافر السيد {person} أمس إلى مدينة {place} بالقطار.",
            "تُدفع الفوائد كل ثلاثة أشهر دون ملاحق.",
        ),
        people=("مُحَمَّد العَلي", "فاطِمة الزهراء", "خالد بن سعيد", "ليلى حدّاد", "عبد الله قبّاني",
                "سَلمى نجّار", "يوسف مراد", "رؤى شاهين", "إبراهيم ٱلخوري"),
        places=("بغداد", "القاهرة", "دِمَشق", "صنعاء", "الرباط", "بَيروت", "مسقط", "تونس"),
    ),
    Case(
        script="Hebrew",
        lines=(
            "החוזה נחתם בידי {person} ב{place} אתמול.",
            "העד: {person}, כתובת: {place}",
            "מר {person} נסע ל{place} ברכבת.",
            "הריבית תשולם מדי רבעון ללא נספח.",
        ),
        people=("דוד לוי", "שָׂרָה כֹּהֵן", "משה ז״ל ברק", "רות מזרחי", "יעל בן־דוד", "אורי פרץ",
                "נועה שגיא", "עמוס גולן"),
        places=("חיפה", "תל אביב", "אשדוד", "נתניה", "אילת", "צפת", "עכו", "רעננה"),
    ),
    Case(
        script="Devanagari",
        lines=(
            "{person} ने {place} में अनुबंध पर हस्ताक्षर किए।",
            "साक्षी: {person}, पता: {place}",
            "कल श्री {person} रेल से {place} पहुँचे।",
            "ब्याज हर तिमाही बिना परिशिष्ट के दिया जाएगा।",
        ),
        people=("ज्ञानेश्वर क्षत्रिय", "लक्ष्मी श्रीवास्तव", "कृष्ण त्रिपाठी", "प्रद्युम्न द्विवेदी", "श्रद्धा मिश्र",
                "विष्णु शर्मा", "उज्ज्वल सिंह", "अर्चना वर्मा", "ऋत्विक् दत्त"),
        places=("दिल्ली", "इन्दौर", "लखनऊ", "कर्\u200dनूल", "राँची", "पटना", "ज्\u200cवालापुर", "मुम्बई"),
    ),
    Case(
        script="Devanagari with endings",
        lines=(
            "{person} {place} सम्झौतामा हस्ताक्षर गर्नुभयो।",
            "हिजो {person} {place} रेलमा आउनुभयो।",
            "ब्याज हरेक तीन महिनामा दिइनेछ।",
        ),
        people=("प्रचण्ड|ले", "सुशील|ले", "माधव|ले", "गगन|ले", "विद्या|ले", "सीता|ले", "हरि|ले"),
        places=("काठमाडौँ|मा", "पोखरा|मा", "विराटनगर|मा", "धरान|मा", "भरतपुर|मा", "इलाम|मा"),
    ),
    Case(
        script="Thai",
        lines=(
            "นาย{person}ลงนามในสัญญาที่จังหวัด{place}เมื่อวานนี้",
            "พยาน:{person} ที่อยู่:{place}",
            "เมื่อเช้านางสาว{person}เดินทางไปจังหวัด{place}โดยรถไฟ",
            "ดอกเบี้ยจ่ายทุกสามเดือนโดยไม่มีภาคผนวก",
        ),
        people=("สมชาย ใจดี", "ปรานอม ทองจันทร์", "กฤษณ์ ศรีสุข", "วิไล แก้วมณี", "ธนู สิงห์โต",
                "อรุณ พึ่งบุญ", "นภา เพ็ชรรัตน์", "ชัย วงศ์ไทย"),
        places=("เชียงใหม่", "ขอนแก่น", "ภูเก็ต", "น่าน", "ตรัง", "พะเยา", "ยะลา", "ชลบุรี"),
    ),
    Case(
        script="Chinese",
        lines=(
            "{person}先生于{place}市签署合同。",
            "证人：{person}，住址：{place}市",
            "昨天{person}女士乘火车到达{place}市。",
            "利息按季度支付，无附件，共3页。",
        ),
        people=("王建国", "李小红", "欧阳修文", "赵敏", "陈𠮷祥", "周杰", "吴丽华",
                "司马光", "孙大勇"),
        places=("北京", "石家庄", "上海", "乌鲁木齐", "广州", "西安", "南京", "哈尔滨", "成都"),
    ),
    Case(
        script="Japanese",
        lines=(
            "{person}さんは{place}で契約書に署名した。",
            "証人：{person}、住所：{place}",
            "昨日、{person}さんは電車で{place}に着いた。",
            "利息はAPR5%で四半期ごとに支払われるものとする。",
        ),
        people=("山田太郎", "佐々木さくら", "マイケル・ジョーダン", "高橋ゆり", "ｱﾝﾅ・ﾍﾞﾙｸ",
                "鈴木一郎", "メアリー・スー", "田中みどり"),
        places=("東京", "さいたま市", "ニューヨーク", "大阪", "つくば市", "霞ヶ浦", "パリ", "京都"),
    ),
    Case(
        script="Korean",
        lines=(
            "어제 {person} {place} 계약서에 서명했다.",
            "오늘 아침 {person} 기차로 {place} 도착했다.",
            "이자는 분기마다 부록 없이 지급된다.",
        ),
        people=("김민수|는", "이영희|는", "박서준|은", "최지우|는", "정하늘|은", "한가람|은",
                "윤보라|는", "강동원|은"),
        places=("서울|에서", "부산|에서", "대전|에서", "인천|에서", "제주|에서", "광주|에서",
                "전주|에서"),
    ),
    Case(
        script="Turkish",
        lines=(
            "Sözleşmeyi {person} dün {place} imzaladı.",
            "Bu sabah {person} trenle {place} kaldı.",
            "FAİZ ÜÇ AYDA BİR ÖDENİR, ılık ve ışıklı salonda.",
        ),
        people=("İbrahim Işık", "Iraz İnce", "Çiğdem Şahin", "Oğuz ÜNLÜ", "İREM ISPARTALI",
                "Gülşen Yıldız", "Ilgın Kılıç"),
        places=("Ankara|'da", "Iğdır|'da", "İzmir|’de", "Muş|'ta", "İSTANBUL|'DA", "Bursa|'da",
                "Siirt|'te", "Sinop|’ta"),
    ),
    Case(
        script="Finnish endings",
        lines=(
            "Sopimuksen allekirjoitti {person} eilen {place} kahvilassa.",
            "Todistaja {person} asuu nykyään {place} junaradan varrella.",
            "Korko maksetaan neljännesvuosittain ilman liitettä.",
        ),
        people=("Matti Meikäläinen", "Päivi Härkönen", "Väinö Ylönen", "Aino Öhman", "Eero Salo",
                "Liisa Mäki"),
        places=("Oulu|ssa", "Kuopio|ssa", "Pori|ssa", "Kotka|ssa", "Savonlinna|ssa", "Rauma|ssa"),
    ),
    Case(
        script="Hungarian endings",
        lines=(
            "A szerződést {person} tegnap {place} írta alá.",
            "Ma reggel {person} vonattal járt {place} vendégként.",
            "A kamatot negyedévente fizetik, melléklet nélkül.",
        ),
        people=("Őze Tamás", "Szűcs Judit", "Kovács Béla", "Tóth Gyöngyi", "Nagy Ödön",
                "Kis Ágnes"),
        places=("Budapest|en", "Szeged|en", "Debrecen|ben", "Eger|ben", "Bonyhád|on", "Győr|ben",
                "Szolnok|on", "Vác|on", "Cegléd|en", "Tihany|ban", "Baj|on", "Veszprém|ben"),
    ),
    Case(
        script="emoji and flags",
        lines=(
            "👩🏽‍🚀 {person} flew to {place} 🚀🚀 today",
            "✍🏿 signed by {person}👍🏽 in {place}❤️",
            "Interest is paid 3️⃣ times a year 🏴󠁧󠁢󠁳󠁣󠁴󠁿🎉",
        ),
        people=("Ana 🦊 Silva", "Bo👨‍👩‍👧Chen", "Kim Park", "Ravi 😀 Rao", "Eve Stone",
                "Max 🐻 Hall", "Ida 🦉 Holm"),
        places=("🇫🇷", "🇩🇪", "🇯🇵", "🇧🇷", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇮🇳", "🇰🇪", "🇨🇦"),
    ),
)  # fmt: skip


def _document(
    case: Case, people: Sequence[str], places: Sequence[str], dice: random.Random
) -> tuple[str, list[Span]]:
    """Return a text of six lines of a corpus, and the spans of the names in it."""
    names = {"person": people, "place": places}
    text = ""
    spans: list[Span] = []
    for line in dice.choices(case.lines, k=6):
        after = 0
        for gap in _GAP.finditer(line):
            text += line[after : gap.start()]
            name, _, glued = dice.choice(names[gap[1]]).partition("|")
            spans.append(Span(len(text), len(text) + len(name), gap[1]))
            text += name + glued
            after = gap.end()
        text += f"{line[after:]}\n"
    return text, spans


def _composed(text: str, form: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """Return a text in a form of Unicode normalisation, with its spans moved along."""

    def at(place: int) -> int:
        return len(unicodedata.normalize(form, text[:place]))  # type: ignore[arg-type]

    moved = [Span(at(span.start), at(span.end), span.category) for span in spans]
    return unicodedata.normalize(form, text), moved  # type: ignore[arg-type]


def _corpus(case: Case, form: str | None) -> tuple[list[str], list[list[Span]], str, list[Span]]:
    """Return texts to learn from with their spans, and a text of other names with its own."""
    dice = random.Random(4)
    documents = [_document(case, case.people[:-2], case.places[:-2], dice) for _ in range(15)]
    documents += [_document(case, case.people[-2:], case.places[-2:], dice) for _ in range(3)]
    if form:
        documents = [_composed(text, form, spans) for text, spans in documents]
    texts = [text for text, _ in documents[:15]]
    spans = [own for _, own in documents[:15]]
    searched = ""
    expected: list[Span] = []
    for text, own in documents[15:]:
        expected += [
            Span(span.start + len(searched), span.end + len(searched), span.category)
            for span in own
        ]
        searched += text
    return texts, spans, searched, expected


@pytest.mark.parametrize(
    ("case", "form"),
    [
        *((pytest.param(case, None, id=case.script)) for case in CASES),
        *(pytest.param(CASES[0], form, id=f"{CASES[0].script}, {form}") for form in ("NFC", "NFD")),
    ],
)
def test_names_that_were_never_seen_are_found_to_the_character(
    case: Case, form: str | None
) -> None:
    texts, spans, searched, expected = _corpus(case, form)

    found = EntityEstimator().fit(texts, spans).predict([searched])[0]

    assert [(span.category, searched[span.start : span.end]) for span in found] == [
        (span.category, searched[span.start : span.end]) for span in expected
    ]
    assert [(span.start, span.end) for span in found] == [
        (span.start, span.end) for span in expected
    ]
