"""Who lives in the demo world: invented people with everyday names of their countries, in their own scripts."""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    """Names are made of one word of `first` and one of `second`, in the order the country writes them."""

    people: int
    locale: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    seldom: str = ""
    """Slug of a module that few take there."""


COUNTRIES: dict[str, Country] = {
    "KH": Country(
        24, "km", ("សុខ", "ចាន់", "កែវ", "ហេង", "លី", "ម៉ៅ", "នួន"), ("តារា", "សុភា", "ម៉ាលី", "វិចិត្រ", "បូរី", "រស្មី", "ចន្ធី", "ពិសី")
    ),
    "LA": Country(
        26,
        "lo",
        ("ສົມຊາຍ", "ບຸນມີ", "ຄຳພອນ", "ມະນີວັນ", "ວຽງໄຊ", "ພອນ", "ແສງດາວ"),
        ("ວົງສາ", "ພົມມະຈັນ", "ສີສຸລິດ", "ແກ້ວມະນີ", "ຈັນທະລາ"),
        seldom="forced-labour-in-fishing",
    ),
    "TH": Country(10, "th", ("สมชาย", "มาลี", "อรุณ", "กานดา", "วิชัย"), ("ใจดี", "แสงทอง", "ศรีสุข", "บุญมา")),
    "VN": Country(6, "vi", ("Nguyễn Thị", "Trần Văn", "Lê Thu", "Phạm Quốc"), ("Lan", "Minh", "Hà", "Bảo")),
    "PH": Country(5, "fil", ("Maria", "Jose", "Liza", "Ramon"), ("Santos", "Reyes", "Cruz", "Bautista")),
    "MM": Country(4, "my", ("အောင်", "မသီ", "ကိုမင်း", "နှင်း"), ("ကျော်", "တာ", "ထွန်း", "ဝေ")),
    "ID": Country(4, "id", ("Siti", "Budi", "Dewi", "Agus"), ("Rahma", "Santoso", "Lestari", "Pratama")),
    "MY": Country(4, "ms", ("Nur Aisyah", "Ahmad Faiz", "Kavitha", "Mei Ling"), ("Ismail", "Rahman", "Raman", "Lim")),
    "TL": Country(3, "pt", ("Ana", "João", "Domingos"), ("Soares", "da Costa", "Guterres")),
    "BN": Country(2, "ms", ("Noraini", "Hafiz"), ("Salleh", "Bakar")),
    "SG": Country(2, "zh-Hans", ("陈", "林"), ("美玲", "伟明")),
}
"""90 practitioners with a whole past: few enough in places that a report has to hide some. `demo_crowd` has more."""


class Staff(NamedTuple):
    """Somebody the demo can be tried as."""

    sign_in_name: str
    full_name: str
    country: str
    locale: str
    roles: tuple[tuple[str, str | None], ...]
    """Role, and the country or language it is given for."""
    what: str


STAFF = (
    Staff("demo-learner", "ចាន់ សុភា", "KH", "km", (), "practitioner in Cambodia, has not begun"),
    Staff("demo-coordinator", "Sok Vibol", "KH", "en", (("coordinator", "KH"), ("coordinator", "LA")),
          "coordinator of Cambodia and Lao PDR"),
    Staff("demo-trainer", "ສົມຊາຍ ວົງສາ", "LA", "en", (("trainer", None),), "trainer"),
    Staff("demo-translator", "Nittaya Suksai", "TH", "th", (("translator", "th"), ("translator", "lo")),
          "translator into Thai and Lao"),
    Staff("demo-reviewer", "Somsak Rattanakul", "TH", "th", (("reviewer", "th"), ("reviewer", "km")),
          "second reader of Thai and Khmer"),
    Staff("demo-viewer", "Aisyah Rahman", "MY", "en", (("viewer", "KH"), ("viewer", "LA"), ("viewer", "TH")),
          "sees the counts of Cambodia, Lao PDR and Thailand, and no people"),
    Staff("demo-administrator", "Ana Soares", "TL", "en", (("administrator", None),), "administrator"),
)  # fmt: skip

PASSPHRASE = "seven boats cross at dusk"  # noqa: S105  printed for everybody, on purpose
