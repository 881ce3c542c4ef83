"""Letters of many scripts, to make texts of."""

from hypothesis import strategies as st

BLOCKS = {
    "Latin": "0041-007A 00C0-017F 1E00-1EFF",
    "Greek": "0370-03FF 1F00-1FFF",
    "Cyrillic": "0400-052F",
    "Armenian": "0531-058A",
    "Hebrew": "0591-05F4",
    "Arabic": "0610-06FF FE70-FEFC",
    "Devanagari": "0900-097F",
    "Bengali": "0980-09FE",
    "Gurmukhi": "0A01-0A76",
    "Gujarati": "0A81-0AFF",
    "Oriya": "0B01-0B77",
    "Tamil": "0B82-0BFA",
    "Telugu": "0C00-0C7F",
    "Kannada": "0C80-0CF2",
    "Malayalam": "0D00-0D7F",
    "Sinhala": "0D81-0DF4",
    "Thai": "0E01-0E5B",
    "Lao": "0E81-0EDF",
    "Tibetan": "0F00-0FDA",
    "Myanmar": "1000-109F",
    "Georgian": "10A0-10FF 1C90-1CBF",
    "Ethiopic": "1200-137C",
    "Khmer": "1780-17F9",
    "Kana": "3041-30FF FF66-FF9F",
    "Hangul": "1100-1112 1161-1175 11A8-11C2 AC00-AC80 D700-D7A3",
    "Han": "4E00-4F00 9F00-9FFF 3400-3420 20000-20020 2F00-2F20 F900-F920",
}


def _letters(blocks: str) -> str:
    ranges = (part.split("-") for part in blocks.split())
    codes = [code for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1)]
    return "".join(char for char in map(chr, codes) if char.isprintable())


WRITTEN_IN = {script: _letters(blocks) for script, blocks in BLOCKS.items()}
"""What is written in each script: its letters, its marks, its digits."""

JOINTS = " -'.\u200c\u200d\u00ad\u200b\u0301\u0323\u0308\u3000"

WORD = st.sampled_from(sorted(WRITTEN_IN)).flatmap(
    lambda script: st.text(st.sampled_from(WRITTEN_IN[script]), min_size=1, max_size=12)
)
"""Letters of one script in any order."""

TEXT = st.lists(
    st.one_of(WORD, st.text(st.sampled_from(JOINTS), max_size=2), st.text(max_size=4)), min_size=1, max_size=8
).map("".join)
"""Words of many scripts, run together or not, among anything else."""
