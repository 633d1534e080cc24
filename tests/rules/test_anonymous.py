"""Names, numbers and papers go out of a text; ordinary words stay."""

from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.anonymous import Body, anonymised, doubts, names_of

NAMES = names_of(
    [Body("盐湖县教育局", "某部门"), Body("盐湖县第一小学", "某单位")], ["盐湖县", "西河市"], ["李明月"]
)


def test_bodies_places_and_people_are_replaced_whole_and_short() -> None:
    text = "盐湖县教育局（教育局）为盐湖第一小学购置设备，西河市配套，盐湖县财政负担，联系人李明月。"
    assert anonymised(text, NAMES) == "某部门（某部门）为某单位购置设备，本市配套，本县财政负担，联系人某同志。"


def test_numbers_that_lead_to_somebody_are_replaced_and_amounts_stay() -> None:
    text = "依据盐财〔2022〕15号，电话13912345678、0953-6012345，证件640323199001011234，账号6222020200001234567，投入1200000元、1200台"
    made = anonymised(text, [])
    assert made == "有关文件，电话（电话）、（电话），证件（证件号码），账号（账号），投入1200000元、1200台"


@given(st.text(alphabet="盐湖县教育局第一小学李明月西河市购置设备台，。1", max_size=60))
def test_nothing_that_is_hidden_is_left(text: str) -> None:
    made = anonymised(text, NAMES)
    assert not any(name in made for name, _ in NAMES if not any(name in put for _, put in NAMES))


def test_what_looks_like_a_name_is_told_and_general_words_are_not() -> None:
    assert doubts("柳树沟村修路，惠及12个村、全县各乡镇，红星小学验收") == ["柳树沟村", "红星小学"]
    assert doubts("惠及12个村，全村受益，乡镇配合") == []
