"""A few words of each language; no native speaker has reviewed them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Sentences(NamedTuple):
    """The same seven texts of the interface in one language."""

    title: str
    heading: str
    word: str
    plain: str
    digits: str
    """With a digit in it."""
    long: str
    paragraph: str
    """Four sentences, with a Latin word in every script."""


def _sentences() -> dict[str, Sentences]:
    """Taken from locales/ once, so that a better translation there does not move a golden image here."""
    text = (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8")
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    return {tag.strip("[]"): Sentences(*lines) for tag, *lines in blocks}


SENTENCES = _sentences()

SAMPLES: dict[str, str] = {
    "en": "A safe first contact takes ten minutes (½ of a break) → then refer the person to a service ✓.",
    "id": "Kontak pertama yang aman berlangsung sepuluh menit, lalu rujuklah orang itu ke layanan.",
    "ms": "Pertemuan pertama yang selamat mengambil masa sepuluh minit, kemudian rujuk orang itu.",
    "fil": "Ang ligtas na unang pakikipag-usap ay sampung minuto; ₱50 ang pamasahe ng saksi.",
    "vi": "Lần tiếp xúc đầu tiên an toàn kéo dài mười phút, sau đó giới thiệu người ấy đến dịch vụ hỗ trợ.",
    "th": "การพบกันครั้งแรกที่ปลอดภัยใช้เวลาสิบนาที จากนั้นส่งต่อไปยังหน่วยงานช่วยเหลือที่เชื่อถือได้ (hotline 1300)",
    "lo": "ການພົບກັນຄັ້ງທຳອິດທີ່ປອດໄພໃຊ້ເວລາສິບນາທີ ແລ້ວສົ່ງຕໍ່ຫາໜ່ວຍງານຊ່ວຍເຫຼືອທີ່ເຊື່ອຖືໄດ້ໆ",
    "km": "ការជួបគ្នាលើកដំបូងដោយសុវត្ថិភាពត្រូវការពេលដប់នាទី ហើយបន្ទាប់មកបញ្ជូនបុគ្គលនោះទៅសេវាជំនួយផ្សេងៗ (hotline ១២៨០)។",
    "my": "ဘေးကင်းသော ပထမဆုံးတွေ့ဆုံမှုသည် ဆယ်မိနစ်ကြာပြီး စင်္ကာပူနိုင်ငံရှိ အကူအညီပေးရေးဌာနသို့ လွှဲပြောင်းပေးပါ။",
    "ta": "பாதுகாப்பான முதல் சந்திப்புக்குப் பத்து நிமிடங்கள் போதும்; பிறகு அந்த நபரை உதவிச் சேவைக்கு அனுப்புங்கள்.",
    "zh-Hans": "安全的首次接触只需要十分钟，然后把当事人转介给可靠的援助机构（例如“热线”），并保护其隐私。",
    "pt": "O primeiro contacto seguro dura dez minutos; depois, encaminhe a pessoa para um serviço de apoio à vítima.",
    "tet": "Kontaktu dahuluk ne’ebé seguru han minutu sanulu, depois haruka ema ne’e ba servisu apoiu nian.",
}
